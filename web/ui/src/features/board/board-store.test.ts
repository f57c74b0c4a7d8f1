import { beforeEach, expect, test, vi } from "vitest";
import type { Board, BoardCall, PushMessage } from "@/lib/wire";
import type { BoardChange } from "./apply-board";
import { hearOfBoard, lookAtBoard, speakBoardBy, useBoardStore } from "./board-store";

const AT = "2026-11-25T09:00:00Z";

const aCall = (id: string, status: BoardCall["status"] = "ringing"): BoardCall => ({
  id,
  pbx: "main",
  direction: "inbound",
  status,
  number: "+79161234567",
  is_withheld: false,
  client: null,
  queue: null,
  agents: [],
  started_at: AT,
  answered_at: null,
});

const aBoard = (calls: BoardCall[]): Board => ({
  at: AT,
  day_from: AT,
  scope: "all",
  answered: 4,
  missed: 1,
  queues: [],
  agents: [],
  calls,
  links: [],
  gaps: [],
  pop: { sent: 5, painted: 5, calls_unpainted: 0, p50_ms: 120, p95_ms: 240 },
});

const whole = (seq: number, ...calls: BoardCall[]): PushMessage => ({
  type: "board.snapshot",
  seq,
  board: aBoard(calls),
});

const change = (seq: number, part: Partial<BoardChange>): PushMessage => ({
  type: "board.changed",
  seq,
  at: "2026-11-25T09:00:01Z",
  totals: null,
  queues: [],
  agents: [],
  calls: [],
  gone: [],
  links: null,
  gaps: null,
  ...part,
});

const board = () => useBoardStore.getState().board;
const calls = () => board()?.calls.map((call) => `${call.id} ${call.status}`);
const say = vi.fn();

beforeEach(() => {
  say.mockClear();
  speakBoardBy(say);
  useBoardStore.setState({ board: null });
});

test("what changed is put where it belongs, and the rest stays the very same", () => {
  hearOfBoard(whole(1, aCall("a"), aCall("b")));
  const untouched = board()?.calls[1];
  hearOfBoard(change(2, { calls: [aCall("a", "answered"), aCall("c")] }));
  expect(calls()).toEqual(["a answered", "b ringing", "c ringing"]);
  expect(board()?.calls[1]).toBe(untouched);
  hearOfBoard(change(3, { gone: ["a"] }));
  expect(calls()).toEqual(["b ringing", "c ringing"]);
});

test("figures that are not told stay as they were", () => {
  hearOfBoard(whole(1));
  hearOfBoard(change(2, {}));
  expect(board()).toMatchObject({ answered: 4, missed: 1, at: "2026-11-25T09:00:01Z" });
  const pop = { sent: 6, painted: 5, calls_unpainted: 1, p50_ms: 120, p95_ms: 240 };
  hearOfBoard(change(3, { totals: { answered: 5, missed: 2, pop } }));
  expect(board()).toMatchObject({ answered: 5, missed: 2, pop });
});

test("after a gap nothing is put on top of what may be wrong, until the whole is told", () => {
  hearOfBoard(whole(1, aCall("a")));
  hearOfBoard(change(3, { gone: ["a"] }));
  hearOfBoard(change(4, { calls: [aCall("b")] }));
  expect(calls()).toEqual(["a ringing"]);
  hearOfBoard(whole(5, aCall("b")));
  hearOfBoard(change(6, { calls: [aCall("c")] }));
  expect(calls()).toEqual(["b ringing", "c ringing"]);
});

test("a new connection is asked for the whole, as long as somebody looks", () => {
  const leave = lookAtBoard();
  hearOfBoard({ type: "snapshot", seq: 1, at: AT, calls: [], links: [], line: null });
  expect(say).toHaveBeenCalledTimes(2);
  expect(say).toHaveBeenLastCalledWith({ type: "watch", topic: "board" });
  leave();
  expect(say).toHaveBeenLastCalledWith({ type: "unwatch", topic: "board" });
  hearOfBoard({ type: "snapshot", seq: 2, at: AT, calls: [], links: [], line: null });
  expect(say).toHaveBeenCalledTimes(3);
});
