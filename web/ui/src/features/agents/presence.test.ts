import { expect, test } from "vitest";
import { AT, aCall, answered, ME } from "@/features/calls/call-samples";
import { emptyCalls, type LiveCall } from "@/features/calls/calls-state";
import type { AgentLine, Call } from "@/lib/wire";
import { hearOfLine, lineIs, useLine } from "./line-store";
import { presenceOf } from "./presence";

const aLine = (line: Partial<AgentLine> = {}): AgentLine => ({
  user_id: ME,
  at: AT,
  state: "ready",
  since: AT,
  pause_reason: null,
  wrap_up: null,
  phones: [{ pbx: "main", extension: "102", state: "ready", queues: ["sales"] }],
  ...line,
});

const calls = (...live: Call[]) => ({
  ...emptyCalls(ME),
  calls: live.map(
    (call): LiveCall => ({
      id: call.id,
      call,
      extension: "102",
      card: null,
      cardSeq: 1,
      isRingingHere: call.status === "ringing",
      ending: null,
    }),
  ),
});

const of = (known: Partial<Parameters<typeof presenceOf>[0]>) =>
  presenceOf({ calls: calls(), wrapUp: [], line: aLine(), isLost: false, ...known });

test("the server's word is what the line does between calls", () => {
  expect(of({})).toMatchObject({ state: "ready", since: AT });
  const paused = aLine({ state: "paused", pause_reason: "lunch" });
  expect(of({ line: paused })).toMatchObject({ state: "paused", reason: "lunch", since: AT });
  expect(of({ line: aLine({ state: "offline" }) }).state).toBe("offline");
});

test("a talk that is not written up here leaves one ready whom the PBX calls", () => {
  expect(of({ wrapUp: [aCall()] }).state).toBe("ready");
  expect(of({ wrapUp: [aCall()], line: aLine({ state: null }) }).state).toBe("wrap_up");
});

test("writing up counts down to the moment that the server has set", () => {
  const until = "2026-11-23T09:01:00Z";
  const wrapUp = { call_id: "call-1", began_at: AT, until_at: until };
  const line = aLine({ state: "wrap_up", wrap_up: wrapUp });
  expect(of({ line })).toMatchObject({ state: "wrap_up", until, since: null });
});

test("a call on the screen comes before the last word of the server", () => {
  const paused = aLine({ state: "paused", pause_reason: "lunch" });
  expect(of({ calls: calls(answered()), line: paused })).toMatchObject({
    state: "on_call",
    reason: null,
    next: "lunch",
  });
  expect(of({ calls: calls(aCall()) }).state).toBe("ringing");
  expect(of({ calls: calls(aCall({ id: "other" }), answered()) }).state).toBe("on_call");
});

test("without the server nothing is known", () => {
  expect(of({ isLost: true, calls: calls(answered()) })).toEqual({
    state: "lost",
    since: null,
    until: null,
    reason: null,
    next: null,
  });
});

test("an answer that comes late does not undo what was said after it", () => {
  useLine.setState({ line: null });
  hearOfLine({
    type: "agent.line",
    seq: 2,
    line: aLine({ state: "paused", at: "2026-11-23T09:00:05Z" }),
  });
  lineIs(aLine({ state: "ready", at: "2026-11-23T09:00:04Z" }));
  expect(useLine.getState().line?.state).toBe("paused");
  lineIs(aLine({ state: "ready", at: "2026-11-23T09:00:06Z" }));
  expect(useLine.getState().line?.state).toBe("ready");
});
