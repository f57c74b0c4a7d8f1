import { beforeEach, describe, expect, test, vi } from "vitest";
import { HotKeys } from "./hot-keys";

let keys: HotKeys;
beforeEach(() => {
  keys = new HotKeys();
  document.body.innerHTML = "";
});

function press(init: KeyboardEventInit, target: EventTarget = document.body): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init });
  Object.defineProperty(event, "target", { value: target });
  keys.handle(event);
  return event;
}

function aField(): HTMLInputElement {
  const field = document.createElement("input");
  document.body.append(field);
  return field;
}

describe("a key", () => {
  test("is known by its place: the Russian layout types another letter there", () => {
    const run = vi.fn();
    keys.add({ keys: "Ctrl+KeyK", run });
    press({ code: "KeyK", key: "k", ctrlKey: true });
    press({ code: "KeyK", key: "л", ctrlKey: true });
    expect(run).toHaveBeenCalledTimes(2);
  });

  test("with other modifiers is another key", () => {
    const run = vi.fn();
    keys.add({ keys: "F2", run });
    press({ code: "F2", ctrlKey: true });
    press({ code: "F2", shiftKey: true });
    expect(run).not.toHaveBeenCalled();
  });

  test("is left to the field while somebody types", () => {
    const run = vi.fn();
    keys.add({ keys: "Digit1", run });
    expect(press({ code: "Digit1" }, aField()).defaultPrevented).toBe(false);
    expect(run).not.toHaveBeenCalled();
  });

  test("for calls works also while somebody types", () => {
    const run = vi.fn();
    keys.add({ keys: "F2", run, whileTyping: true });
    expect(press({ code: "F2" }, aField()).defaultPrevented).toBe(true);
    expect(run).toHaveBeenCalledOnce();
  });

  test("belongs to whoever asked for it last, and goes back after", () => {
    const page = vi.fn();
    const panel = vi.fn();
    keys.add({ keys: "KeyN", run: page });
    const remove = keys.add({ keys: "KeyN", run: panel });
    press({ code: "KeyN" });
    remove();
    press({ code: "KeyN" });
    expect([panel, page].map((run) => run.mock.calls.length)).toEqual([1, 1]);
  });

  test("held down counts once", () => {
    const run = vi.fn();
    keys.add({ keys: "KeyJ", run });
    press({ code: "KeyJ" });
    press({ code: "KeyJ", repeat: true });
    expect(run).toHaveBeenCalledOnce();
  });
});

describe("two strokes", () => {
  test("go to a page", () => {
    const run = vi.fn();
    keys.add({ keys: "KeyG KeyD", run });
    press({ code: "KeyG", key: "п" });
    press({ code: "KeyD", key: "в" });
    expect(run).toHaveBeenCalledOnce();
  });

  test("with something between them go nowhere", () => {
    const run = vi.fn();
    keys.add({ keys: "KeyG KeyD", run });
    for (const code of ["KeyG", "KeyX", "KeyD"]) press({ code });
    expect(run).not.toHaveBeenCalled();
  });
});
