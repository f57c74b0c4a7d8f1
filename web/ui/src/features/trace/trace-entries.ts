// One line of time out of three stories: what the PBX said, what Allo told, what the screens did.
import type { CallTrace } from "@/lib/wire";

export type Source = "pbx" | "allo" | "screen";
export type Frame = CallTrace["frames"][number];
export type Fact = CallTrace["facts"][number];
export type Screen = CallTrace["screens"][number];
export type ScreenStep = "sent" | "painted" | "dismissed" | "gone" | "not_sent" | "nobody";

export type Entry = { key: string; at: string; seconds: number } & (
  | { source: "pbx"; frame: Frame }
  | { source: "allo"; fact: Fact }
  | { source: "screen"; screen: Screen; step: ScreenStep }
);

// Of one moment the cause comes first.
const ORDER: Record<Source, number> = { pbx: 0, allo: 1, screen: 2 };

export function entriesOf(trace: CallTrace, only: Source | "all" = "all"): Entry[] {
  const began = Date.parse(trace.call.started_at);
  const placed = (at: string) => ({ at, seconds: (Date.parse(at) - began) / 1000 });
  const all: Entry[] = [
    ...trace.frames.map((frame, index): Entry => {
      return { key: `pbx-${index}`, source: "pbx", frame, ...placed(frame.at) };
    }),
    ...trace.facts.map((fact, index): Entry => {
      return { key: `allo-${index}`, source: "allo", fact, ...placed(fact.at) };
    }),
    ...trace.screens.flatMap((screen, index) =>
      stepsOf(screen).map(([step, at]): Entry => {
        const key = `screen-${index}-${step}`;
        return { key, source: "screen", screen, step, ...placed(at) };
      }),
    ),
  ];
  return all
    .filter((entry) => only === "all" || entry.source === only)
    .sort((a, b) => a.seconds - b.seconds || ORDER[a.source] - ORDER[b.source]);
}

/** A card that was never sent is told at the ring: that is when it was missing. */
function stepsOf(screen: Screen): [ScreenStep, string][] {
  if (screen.state === "nobody" || screen.state === "not_sent") {
    return [[screen.state, screen.rang_at]];
  }
  const steps: [ScreenStep, string | null][] = [
    ["sent", screen.sent_at],
    ["painted", screen.painted_at],
    ["dismissed", screen.dismissed_at],
    ["gone", screen.gone_at],
  ];
  return steps.filter((step): step is [ScreenStep, string] => step[1] !== null);
}
