import { expect, test } from "vitest";
import { aCall } from "@/features/calls/call-samples";
import type { CallTrace } from "@/lib/wire";
import { entriesOf } from "./trace-entries";

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 9, 0, seconds)).toISOString();
const screen = {
  extension: "101",
  user_id: "user-anna",
  user_name: "Анна",
  state: "painted",
  rang_at: at(2),
  sent_at: at(2),
  painted_at: at(3),
  dismissed_at: null,
  gone_at: at(9),
} as const;

export const aTrace = (trace: Partial<CallTrace> = {}): CallTrace => ({
  call: aCall(),
  tape: {
    state: "whole",
    is_cut: false,
    begins_at: at(0),
    from_at: at(0),
    to_at: at(20),
    ticks: 3,
    tracker_version: "4",
  },
  frames: [
    {
      at: at(2),
      sent_at: at(2),
      name: "DialBegin",
      channel: "PJSIP/101-1",
      text: "Event: DialBegin",
    },
  ],
  facts: [
    {
      at: at(2),
      kind: "ringing",
      call_id: "call-1",
      status: "ringing",
      result: null,
      extension: "101",
      reason: null,
      answered_by: null,
    },
  ],
  screens: [screen],
  gaps: [],
  differences: [],
  ...trace,
});

test("of one moment the PBX comes first, then what was told, then the screen", () => {
  const told = entriesOf(aTrace()).map((entry) => [entry.source, entry.seconds]);

  expect(told).toEqual([
    ["pbx", 2],
    ["allo", 2],
    ["screen", 2],
    ["screen", 3],
    ["screen", 9],
  ]);
});

test("one source can be looked at alone", () => {
  expect(entriesOf(aTrace(), "allo")).toHaveLength(1);
});

test("a card that was never sent is told when the phone rang", () => {
  const silent = {
    ...screen,
    state: "not_sent",
    sent_at: null,
    painted_at: null,
    gone_at: null,
  } as const;
  const [entry] = entriesOf(aTrace({ screens: [silent] }), "screen");

  expect(entry).toMatchObject({ step: "not_sent", at: at(2) });
});
