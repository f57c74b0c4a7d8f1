import { expect, test } from "vitest";
import { neighbour, standing, withMove } from "./board-moves";
import { aBoard, aDeal, stageOf } from "./deal-samples";

const NOW = "2026-03-09T09:00:00Z";

test("a moved deal stands on top of its new column, and both are counted anew", () => {
  const [from, to] = withMove(aBoard(), "deal-1", "stage-1", NOW).columns;
  expect(from?.items.map((deal) => deal.id)).toEqual(["deal-2"]);
  expect([from?.count, from?.sums[0]?.amount_minor]).toEqual([1, 10_000]);
  expect([to?.count, to?.sums[0]?.amount_minor]).toEqual([1, 10_000]);
  expect(to?.items[0]?.stage_since_at).toBe(NOW);
});

test("a deal that is lost is closed", () => {
  const lost = withMove(aBoard(), "deal-1", "stage-2", NOW).columns[2]?.items[0];
  expect([lost?.status, lost?.closed_at]).toEqual(["lost", NOW]);
});

test("what cannot be moved leaves the board as it is", () => {
  const board = aBoard();
  expect(withMove(board, "deal-9", "stage-1", NOW)).toBe(board);
  expect(withMove(board, "deal-1", "stage-9", NOW)).toBe(board);
  expect(withMove(board, "deal-1", "stage-0", NOW)).toBe(board);
});

test("the board has two edges", () => {
  expect(neighbour(aBoard(), "stage-0", 1)?.stage.id).toBe("stage-1");
  expect(neighbour(aBoard(), "stage-0", -1)).toBeNull();
  expect(neighbour(aBoard(), "stage-2", 1)).toBeNull();
});

test.each([
  ["2026-03-05T09:00:00Z", null],
  ["2026-03-06T09:00:00Z", "slow"],
  ["2026-03-09T09:00:00Z", "late"],
])("a stage with a norm of three days, seen at %s, says %s", (now, tone) => {
  expect(standing(aDeal(), Date.parse(now)).tone).toBe(tone);
});

test("a closed deal is never late", () => {
  const lost = aDeal({ status: "lost", stage: stageOf(2) });
  expect(standing(lost, Date.parse(NOW)).tone).toBeNull();
});
