// The calls an agent sees, as a pure reducer over what the push gateway sends.
import type { Call, PushMessage, SnapshotCall } from "@/lib/wire";
import {
  type CallsMessage,
  type CallsState,
  type Ending,
  isTalkOf,
  type LiveCall,
  tookPart,
} from "./calls-state";

const REMEMBERED = 50;

/** Apply one message. `now` is the server's time in milliseconds, for endings. */
export function reduceCalls(state: CallsState, message: CallsMessage, now: number): CallsState {
  if (message.type === "local.forgotten") return without(state, message.call_id);
  if (message.type === "local.taken") {
    return { ...state, finished: state.finished.filter((call) => call.id !== message.call_id) };
  }
  if (message.type === "local.call") return replaceCall(state, message.call);
  if (message.type === "snapshot") return onSnapshot(state, message, now);
  // Before the first snapshot nothing can be placed; a number already seen tells nothing new.
  if (state.seq === null || message.seq <= state.seq) return state;
  const isGap = message.seq > state.seq + 1;
  const next = onFrame(state, message, now);
  return { ...next, seq: message.seq, isOutOfStep: state.isOutOfStep || isGap };
}

function onFrame(
  state: CallsState,
  message: Exclude<PushMessage, { type: "snapshot" }>,
  now: number,
): CallsState {
  switch (message.type) {
    case "call.ringing":
      if (state.endedIds.includes(message.call_id)) return state;
      return upsert(state, {
        id: message.call_id,
        call: message.call,
        extension: message.extension,
        card: message.card,
        cardSeq: message.seq,
        isRingingHere: true,
        ending: null,
      });
    case "call.updated":
      return onUpdated(state, message);
    case "call.withdrawn":
      return onWithdrawn(state, message, now);
    case "call.ended":
      return onEnded(state, message.call, now);
    case "link.changed": {
      const { pbx, is_up, reason, at } = message;
      const others = state.links.filter((link) => link.pbx !== pbx);
      return { ...state, links: [...others, { pbx, is_up, reason, since: at }] };
    }
    default:
      return state; // a newer server says more than this page understands
  }
}

/** A snapshot replaces everything; a ring that it no longer has turns into its ending, not into a ghost. */
function onSnapshot(
  state: CallsState,
  message: Extract<PushMessage, { type: "snapshot" }>,
  now: number,
): CallsState {
  const fresh = message.calls
    .filter((call) => call.status !== "ended")
    .map((call) => liveFrom(call, message.seq));
  const isFresh = (id: string) => fresh.some((live) => live.id === id);
  const known = state.calls.filter((live) => isFresh(live.id)).map((live) => live.id);
  const ordered = [
    ...known.flatMap((id) => {
      const before = state.calls.find((live) => live.id === id);
      const after = fresh.find((live) => live.id === id);
      return after ? [keepEnding(before, after, state.me, now)] : [];
    }),
    ...fresh.filter((live) => !known.includes(live.id)),
  ];
  const lost = state.calls.filter((live) => !isFresh(live.id));
  const leaving = lost.flatMap((live): LiveCall[] => {
    if (live.ending) return [live];
    if (!live.isRingingHere) return [];
    return [{ ...live, isRingingHere: false, ending: { kind: "gone", at: now } }];
  });
  const spoken = lost.filter((live) => isTalkOf(live.call, state.me)).map((live) => live.call);
  return {
    ...state,
    seq: message.seq,
    isOutOfStep: false,
    calls: [...leaving, ...ordered],
    finished: addFinished(state.finished, spoken),
    links: message.links,
  };
}

function liveFrom(snapshot: SnapshotCall, seq: number): LiveCall {
  const { extension, card, ...call } = snapshot;
  return {
    id: call.id,
    call,
    extension,
    card,
    cardSeq: seq,
    isRingingHere: card !== null,
    ending: null,
  };
}

function keepEnding(
  before: LiveCall | undefined,
  after: LiveCall,
  me: string,
  now: number,
): LiveCall {
  const live = { ...after, card: after.card ?? before?.card ?? null };
  if (!before) return live;
  if (after.isRingingHere)
    return { ...live, cardSeq: before.card ? before.cardSeq : after.cardSeq };
  if (before.ending) return { ...live, ending: before.ending };
  if (!before.isRingingHere || isTalkOf(after.call, me)) return live;
  const isAnswered = after.call.status === "answered" || after.call.status === "on_hold";
  return isAnswered ? { ...live, ending: { kind: "elsewhere", by: null, at: now } } : live;
}

function onUpdated(
  state: CallsState,
  message: Extract<PushMessage, { type: "call.updated" }>,
): CallsState {
  if (state.endedIds.includes(message.call_id)) return state;
  const before = state.calls.find((live) => live.id === message.call_id);
  const isMine = isTalkOf(message.call, state.me);
  const live: LiveCall = {
    id: message.call_id,
    call: message.call,
    extension: before?.extension ?? null,
    card: message.card ?? before?.card ?? null,
    cardSeq: before?.cardSeq ?? message.seq,
    isRingingHere: (before?.isRingingHere ?? false) && !isMine,
    ending: isMine ? null : (before?.ending ?? null),
  };
  return leaveTalk(before, upsert(state, live), message.call);
}

/** I handed the call on, or hung up while it goes on: for me it is over. */
function leaveTalk(before: LiveCall | undefined, state: CallsState, call: Call): CallsState {
  if (!before || !isTalkOf(before.call, state.me) || isTalkOf(call, state.me)) return state;
  return { ...state, finished: addFinished(state.finished, [call]) };
}

function onWithdrawn(
  state: CallsState,
  message: Extract<PushMessage, { type: "call.withdrawn" }>,
  now: number,
): CallsState {
  const before = state.calls.find((live) => live.id === message.call_id);
  if (!before || before.extension !== message.extension) return state;
  const isMine = message.answered_by !== null && message.answered_by === message.extension;
  const ending = isMine || !before.isRingingHere ? null : endingOf(message, before, now);
  return upsert(state, { ...before, isRingingHere: false, ending: ending ?? before.ending });
}

function endingOf(
  message: Extract<PushMessage, { type: "call.withdrawn" }>,
  live: LiveCall,
  now: number,
): Ending | null {
  if (message.answered_by !== null || message.answered_by_name !== null) {
    return { kind: "elsewhere", by: message.answered_by_name ?? message.answered_by, at: now };
  }
  return isMissedHere(message.reason) ? missed(live, now) : null;
}

/** It rang here until the caller or the clock gave up; a phone that declined, or failed, missed nothing. */
const isMissedHere = (reason: string): boolean => reason === "cancelled" || reason === "no_answer";

/** A queue's missed call belongs to the queue's list; a personal one is shown to whom it rang. */
function missed(live: LiveCall, now: number): Ending | null {
  if (live.card?.queue ?? live.call.queue) return null;
  const since = Date.parse(live.card?.waiting_since ?? live.call.started_at);
  const waitSeconds = Math.max(0, live.call.wait_seconds, (now - since) / 1000); // a ringing call was told when it began
  return { kind: "missed", waitSeconds: Math.round(waitSeconds), at: now };
}

function onEnded(state: CallsState, call: Call, now: number): CallsState {
  const endedIds = [...state.endedIds, call.id].slice(-REMEMBERED);
  const before = state.calls.find((live) => live.id === call.id);
  if (!before) return { ...state, endedIds };
  const isMine = isTalkOf(before.call, state.me) || tookPart(call, state.me);
  const finished = isMine ? addFinished(state.finished, [call]) : state.finished;
  const ending = before.ending ?? (before.isRingingHere ? missed({ ...before, call }, now) : null);
  const rest = { ...state, endedIds, finished };
  if (isMine || !ending) return without(rest, call.id);
  const wait = ending.kind === "missed" && call.wait_seconds > 0;
  const told = wait ? { ...ending, waitSeconds: Math.round(call.wait_seconds) } : ending;
  return upsert(rest, { ...before, call, isRingingHere: false, ending: told });
}

function replaceCall(state: CallsState, call: Call): CallsState {
  const calls = state.calls.map((live) => (live.id === call.id ? { ...live, call } : live));
  return { ...state, calls };
}

/** Talks to be written up: with somebody from outside, and with an answer. */
function addFinished(finished: readonly Call[], over: readonly Call[]): readonly Call[] {
  const talks = over.filter((call) => call.direction !== "internal" && call.answered_at !== null);
  if (talks.length === 0) return finished;
  const ids = new Set(talks.map((call) => call.id));
  return [...finished.filter((call) => !ids.has(call.id)), ...talks];
}

function upsert(state: CallsState, live: LiveCall): CallsState {
  const isKnown = state.calls.some((other) => other.id === live.id);
  const calls = isKnown
    ? state.calls.map((other) => (other.id === live.id ? live : other))
    : [...state.calls, live];
  return { ...state, calls };
}

const without = (state: CallsState, id: string): CallsState => ({
  ...state,
  calls: state.calls.filter((live) => live.id !== id),
});
