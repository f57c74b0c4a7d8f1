// Which cards stand in the corner, and in what order. Pure.
import type { CallsState, LiveCall } from "./calls-state";

const LINES = 3;

export type PopupStack = {
  /** The full card at the bottom: the one that rang first. */
  main: LiveCall | null;
  /** One-line cards above it, the earlier nearer to the main card. */
  lines: readonly LiveCall[];
  /** How many more ring beyond those. */
  more: number;
};

type Choices = {
  /** Hidden for good by this person. */
  dismissed: readonly string[];
  /** Folded to one line. */
  folded: readonly string[];
  /** Answered, but something is still being typed into the card. */
  kept: readonly string[];
};

/** A pure function of the calls and of what the person did with their cards. */
export function popupStack(state: CallsState, choices: Choices): PopupStack {
  const shown = state.calls.filter(
    (live) =>
      !choices.dismissed.includes(live.id) &&
      (live.isRingingHere || live.ending !== null || choices.kept.includes(live.id)),
  );
  const main = shown.find((live) => !choices.folded.includes(live.id)) ?? null;
  const rest = shown.filter((live) => live !== main);
  return { main, lines: rest.slice(0, LINES), more: Math.max(0, rest.length - LINES) };
}
