import { describe, expect, test } from "vitest";
import { aCall, answered, ME, NOW, ringing, snapshot, updated } from "./call-samples";
import { emptyCalls } from "./calls-state";
import { popupStack } from "./popup-stack";
import { reduceCalls } from "./reduce-calls";

const NONE = { dismissed: [], folded: [], kept: [] };

const ringingCalls = (count: number) =>
  Array.from({ length: count }, (_, index) => aCall({ id: `call-${index + 1}` })).reduce(
    (state, call, index) => reduceCalls(state, ringing(index + 1, call), NOW),
    reduceCalls(emptyCalls(ME), snapshot(0), NOW),
  );

const idsOf = (stack: ReturnType<typeof popupStack>) => ({
  main: stack.main?.id ?? null,
  lines: stack.lines.map((live) => live.id),
  more: stack.more,
});

describe("the cards in the corner", () => {
  test("are none when nothing rings", () => {
    expect(idsOf(popupStack(ringingCalls(0), NONE))).toEqual({ main: null, lines: [], more: 0 });
  });

  test("show the first in full, three more in a line, and count the rest", () => {
    expect(idsOf(popupStack(ringingCalls(6), NONE))).toEqual({
      main: "call-1",
      lines: ["call-2", "call-3", "call-4"],
      more: 2,
    });
  });

  test("never show again what was hidden", () => {
    const choices = { ...NONE, dismissed: ["call-1"] };
    expect(idsOf(popupStack(ringingCalls(2), choices))).toMatchObject({
      main: "call-2",
      lines: [],
    });
  });

  test("keep a folded card as a line, and the next one unfolds", () => {
    const choices = { ...NONE, folded: ["call-1"] };
    expect(idsOf(popupStack(ringingCalls(2), choices))).toMatchObject({
      main: "call-2",
      lines: ["call-1"],
    });
  });

  test("never hold the talk that goes on", () => {
    const state = reduceCalls(ringingCalls(1), updated(2, answered()), NOW);
    expect(idsOf(popupStack(state, NONE))).toEqual({ main: null, lines: [], more: 0 });
  });

  test("stay while something is being typed into them", () => {
    const state = reduceCalls(ringingCalls(1), updated(2, answered()), NOW);
    expect(popupStack(state, { ...NONE, kept: ["call-1"] }).main?.id).toBe("call-1");
  });
});
