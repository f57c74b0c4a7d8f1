// What the agent's live calls are made of. A pure value: the popup, the call bar and the card are drawn from it.
import type { Call, Card, PbxLink, PushMessage } from "@/lib/wire";

/** How a ring on this screen came to its end. */
export type Ending =
  | { kind: "elsewhere"; by: string | null; at: number }
  | { kind: "missed"; waitSeconds: number; at: number }
  | { kind: "gone"; at: number };

export type LiveCall = {
  id: string;
  call: Call;
  extension: string | null;
  card: Card | null;
  /** The frame that brought the card: it is what the tab acknowledges when painted. */
  cardSeq: number;
  isRingingHere: boolean;
  ending: Ending | null;
};

export type CallsState = {
  me: string;
  /** Number of the last frame, null before the first snapshot. */
  seq: number | null;
  /** A frame was missed: what is shown may be wrong until the next snapshot. */
  isOutOfStep: boolean;
  /** In order of the first ring, or of first being heard of. */
  calls: readonly LiveCall[];
  /** Talks of mine that are over since, newest last: wrap-up takes them from here. */
  finished: readonly Call[];
  /** Calls known to be over: a late frame must not bring them back. */
  endedIds: readonly string[];
  links: readonly PbxLink[];
};

export type LocalMessage =
  | { type: "local.forgotten"; call_id: string }
  | { type: "local.taken"; call_id: string }
  | { type: "local.call"; call: Call };

export type CallsMessage = PushMessage | LocalMessage;

export const emptyCalls = (me: string): CallsState => ({
  me,
  seq: null,
  isOutOfStep: false,
  calls: [],
  finished: [],
  endedIds: [],
  links: [],
});

/** Whether this person speaks, or waits for the dialled side, in the call. */
export function isTalkOf(call: Call, userId: string): boolean {
  if (call.status === "ended") return false;
  const own = call.legs.filter((leg) => leg.user_id === userId);
  if (own.some((leg) => leg.answered_at && !leg.ended_at)) return true;
  const hasLeft = own.length > 0 && own.every((leg) => leg.ended_at);
  return call.placed_by?.user_id === userId && !hasLeft;
}

/** Whether this person spoke in the call, or placed it. */
export function tookPart(call: Call, userId: string): boolean {
  return (
    call.legs.some((leg) => leg.user_id === userId && leg.answered_at) ||
    call.placed_by?.user_id === userId ||
    call.handled_by?.user_id === userId
  );
}

/** The moment this person's talk began; the call's beginning while nobody has answered. */
export function talkBeganAt(call: Call, userId: string): string {
  const own = call.legs.find((leg) => leg.user_id === userId && leg.answered_at);
  if (call.direction === "inbound" && own?.answered_at) return own.answered_at;
  return call.answered_at ?? call.started_at;
}

export const isLinkDown = (state: CallsState): boolean => state.links.some((link) => !link.is_up);

/** The talk that the call bar shows: the newest of mine. */
export const currentTalk = (state: CallsState): LiveCall | null =>
  state.calls.findLast((live) => isTalkOf(live.call, state.me)) ?? null;

export const liveCallOf = (state: CallsState, callId: string): LiveCall | null =>
  state.calls.find((live) => live.id === callId) ?? null;
