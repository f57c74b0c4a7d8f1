// What the agent's line is doing, derived from the live calls. Pure.
import type { Call } from "@/lib/wire";
import { type CallsState, currentTalk, talkBeganAt } from "./calls-state";

export type Presence = {
  state: "ready" | "ringing" | "on_call" | "wrap_up" | "lost";
  since: string | null;
};

export function presenceOf(calls: CallsState, wrapUp: readonly Call[], isLost: boolean): Presence {
  if (isLost) return { state: "lost", since: null };
  const talk = currentTalk(calls);
  if (talk) return { state: "on_call", since: talkBeganAt(talk.call, calls.me) };
  const ringing = calls.calls.find((live) => live.isRingingHere);
  if (ringing) {
    return { state: "ringing", since: ringing.card?.waiting_since ?? ringing.call.started_at };
  }
  const last = wrapUp.at(-1);
  if (last) return { state: "wrap_up", since: last.ended_at };
  return { state: "ready", since: null };
}
