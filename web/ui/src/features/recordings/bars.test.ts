import { expect, test } from "vitest";
import { barsOf } from "./bars";
import { nextSpeed } from "./player-store";

test("each bar is the loudest moment of its part", () => {
  expect(barsOf([0, 255, 0, 0], 2)).toEqual([1, 0]);
  expect(barsOf([64], 3).map((bar) => Math.round(bar * 100))).toEqual([50, 50, 50]);
});

test("without sound there is no picture", () => {
  expect(barsOf([], 10)).toEqual([]);
});

test("speeds follow one another in a ring", () => {
  expect([nextSpeed(1), nextSpeed(3), nextSpeed(0.75, -1), nextSpeed(7)]).toEqual([
    1.25, 0.75, 3, 0.75,
  ]);
});
