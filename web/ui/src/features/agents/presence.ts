// What the agent's line is doing, from the live calls and from what the server says of it. Pure.
import type { CallsState } from "@/features/calls/calls-state";
import { currentTalk, talkBeganAt } from "@/features/calls/calls-state";
import type { AgentLine, Call } from "@/lib/wire";

export type Presence = {
  state: NonNullable<AgentLine["state"]>;
  /** Since when, for what counts up. */
  since: string | null;
  /** Until when, for what counts down. */
  until: string | null;
  reason: string | null;
  /** The break that begins when what goes on now is over. */
  next: string | null;
};

type Known = {
  calls: CallsState;
  /** Talks that this browser still has to write up: all that is known where nobody sits at a phone. */
  wrapUp: readonly Call[];
  line: AgentLine | null;
  isLost: boolean;
};

/** A call is known here first; of everything else the server's word is the true one. */
export function presenceOf({ calls, wrapUp, line, isLost }: Known): Presence {
  const plain = { since: null, until: null, reason: null, next: null };
  const next = line?.pause_reason ?? null;
  if (isLost) return { ...plain, state: "lost" };
  const talk = currentTalk(calls);
  if (talk) return { ...plain, state: "on_call", since: talkBeganAt(talk.call, calls.me), next };
  const ringing = calls.calls.find((live) => live.isRingingHere);
  if (ringing) {
    const since = ringing.card?.waiting_since ?? ringing.call.started_at;
    return { ...plain, state: "ringing", since, next };
  }
  if (line?.state) return ofLine(line, line.state);
  const last = wrapUp.at(-1);
  if (last) return { ...plain, state: "wrap_up", since: last.ended_at };
  return { ...plain, state: "ready" };
}

function ofLine(line: AgentLine, state: Presence["state"]): Presence {
  const until = state === "wrap_up" ? (line.wrap_up?.until_at ?? null) : null;
  return {
    state,
    since: until === null ? line.since : null,
    until,
    reason: state === "paused" ? line.pause_reason : null,
    next: state === "paused" || state === "ready" ? null : line.pause_reason,
  };
}
