import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { standForLease } from "./lease";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("of two tabs one leads, and the other as soon as that one is gone", () => {
  const first = vi.fn();
  const second = vi.fn();
  const leaveFirst = standForLease("lead", first);
  const leaveSecond = standForLease("lead", second);
  vi.advanceTimersByTime(10_000);
  expect(first.mock.calls).toEqual([[true]]);
  expect(second).not.toHaveBeenCalled();

  leaveFirst();
  window.dispatchEvent(new StorageEvent("storage", { key: "lead" }));
  expect(second.mock.calls).toEqual([[true]]);
  leaveSecond();
});

test("a tab that vanished without a word leads no longer than its lease", () => {
  localStorage.setItem("lead", JSON.stringify({ tab: "gone", until: Date.now() + 3000 }));
  const left = vi.fn();
  const leave = standForLease("lead", left);
  vi.advanceTimersByTime(2000);
  expect(left).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2000);
  expect(left.mock.calls).toEqual([[true]]);
  leave();
});
