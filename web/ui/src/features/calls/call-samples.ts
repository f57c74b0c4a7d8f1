// Calls as tests tell them: only what the sentence is about is spelled out.
import type { Call, Card, PushMessage, SnapshotCall } from "@/lib/wire";

export const ME = "user-me";
export const OLEG = "user-oleg";
export const AT = "2026-11-23T09:00:00Z";
export const NOW = Date.parse("2026-11-23T09:00:18Z");

type Leg = Call["legs"][number];

export const aLeg = (leg: Partial<Leg> = {}): Leg => ({
  extension: "102",
  number: null,
  user_id: ME,
  rang_at: AT,
  answered_at: null,
  ended_at: null,
  outcome: null,
  talk_seconds: 0,
  ...leg,
});

export const aCall = (call: Partial<Call> = {}): Call => ({
  id: "call-1",
  pbx: "main",
  linkedid: "1.1",
  direction: "inbound",
  status: "ringing",
  result: null,
  number: "+73432881407",
  raw_number: "83432881407",
  is_withheld: false,
  caller_name: null,
  did: "74950000701",
  queue: null,
  queues: [],
  client: null,
  disposition: null,
  started_at: AT,
  answered_at: null,
  ended_at: null,
  wait_seconds: 0,
  talk_seconds: 0,
  hold_seconds: 0,
  placed_by: null,
  handled_by: null,
  legs: [aLeg()],
  transfers: [],
  recordings: [],
  merged_into: null,
  is_recovered: false,
  note: "",
  note_version: 0,
  ...call,
});

export const answered = (call: Partial<Call> = {}): Call =>
  aCall({
    status: "answered",
    answered_at: AT,
    legs: [aLeg({ answered_at: AT })],
    ...call,
  });

export const ended = (call: Partial<Call> = {}): Call =>
  aCall({
    status: "ended",
    result: "answered",
    answered_at: AT,
    ended_at: AT,
    legs: [aLeg({ ended_at: AT })],
    ...call,
  });

const OWN = { extension: "102", user_id: ME };

/** A call that I dialled and that nobody has answered yet. */
export const placed = (call: Partial<Call> = {}): Call =>
  aCall({ direction: "outbound", placed_by: OWN, legs: [], ...call });

export const anna = {
  id: "client-anna",
  kind: "person" as const,
  name: "Анна Соколова",
  greeting_name: "Анна Сергеевна",
  company: { id: "company-1", name: "ООО «Уралтехпром»" },
  position: null,
  is_vip: false,
  tags: [],
  city: null,
  owner: null,
};

export const aCard = (card: Partial<Card> = {}): Card => ({
  client: null,
  candidates: [],
  greeting: "Добрый день!",
  number: "+73432881407",
  number_formatted: "+7 343 288-14-07",
  place: "Екатеринбург",
  is_withheld: false,
  caller_name: null,
  queue: null,
  did: "74950000701",
  waiting_since: AT,
  facts: [],
  baton: null,
  ...card,
});

type Snapshot = Extract<PushMessage, { type: "snapshot" }>;

export const snapshot = (seq: number, calls: SnapshotCall[] = []): Snapshot => ({
  type: "snapshot",
  seq,
  at: AT,
  calls,
  links: [{ pbx: "main", is_up: true, reason: "", since: AT }],
  line: null,
});

export const inSnapshot = (call: Call, card: Card | null = null): SnapshotCall => ({
  ...call,
  extension: card ? "102" : null,
  card,
});

export const ringing = (seq: number, call: Call = aCall(), card: Card = aCard()): PushMessage => ({
  type: "call.ringing",
  seq,
  call_id: call.id,
  call,
  extension: "102",
  card,
});

export const updated = (seq: number, call: Call, card: Card | null = null): PushMessage => ({
  type: "call.updated",
  seq,
  call_id: call.id,
  call,
  card,
});

export const withdrawn = (
  seq: number,
  reason: string,
  by: { extension: string; name: string } | null = null,
): PushMessage => ({
  type: "call.withdrawn",
  seq,
  call_id: "call-1",
  extension: "102",
  reason,
  answered_by: by?.extension ?? null,
  answered_by_name: by?.name ?? null,
});

export const endedFrame = (seq: number, call: Call): PushMessage => ({
  type: "call.ended",
  seq,
  call_id: call.id,
  call,
});
