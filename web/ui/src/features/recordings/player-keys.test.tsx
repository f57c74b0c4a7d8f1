import { render } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { hotKeys } from "@/lib/hot-keys";
import { readStored } from "@/lib/storage";
import { PlayerKeys } from "./player-keys";
import { setSpeed, usePlayer } from "./player-store";

const started = vi.fn();
const stopped = vi.fn();

beforeEach(() => {
  vi.spyOn(HTMLMediaElement.prototype, "play").mockImplementation(async () => {
    started();
    usePlayer.setState({ isPlaying: true });
  });
  vi.spyOn(HTMLMediaElement.prototype, "pause").mockImplementation(() => {
    stopped();
    usePlayer.setState({ isPlaying: false });
  });
  vi.clearAllMocks();
  setSpeed(1);
  usePlayer.setState({ recordingId: "one", isPlaying: false, at: 20 });
  document.addEventListener("keydown", hotKeys.handle);
});
afterEach(() => {
  document.removeEventListener("keydown", hotKeys.handle);
  vi.restoreAllMocks();
});

function press(code: string, on: Element = document.body, shiftKey = false): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { code, shiftKey, bubbles: true, cancelable: true });
  on.dispatchEvent(event);
  return event;
}

const show = (id = "one") =>
  render(
    <>
      <PlayerKeys />
      <div data-recording={id} />
      <textarea aria-label="Заметка" />
      <button type="button">Готово</button>
      <div role="slider" aria-label="Место" aria-valuenow={1} tabIndex={0} />
    </>,
  );

test("space plays and stops, arrows go back and forth", () => {
  show();
  press("Space");
  expect(started).toHaveBeenCalledOnce();
  press("Space");
  expect(stopped).toHaveBeenCalledOnce();
  press("ArrowLeft");
  expect(usePlayer.getState().at).toBe(15);
  press("ArrowRight");
  expect(usePlayer.getState().at).toBe(20);
  press("KeyJ", document.body, true);
  expect(usePlayer.getState().at).toBe(15);
});

test("none of them works in a text field", () => {
  const { getByRole } = show();
  const field = getByRole("textbox");
  for (const code of ["Space", "ArrowLeft", "KeyP", "KeyL", "BracketRight"]) press(code, field);
  expect(started).not.toHaveBeenCalled();
  expect(usePlayer.getState()).toMatchObject({ at: 20, speed: 1 });
});

test("space still presses a button, and arrows still move a slider", () => {
  const { getByRole } = show();
  expect(press("Space", getByRole("button")).defaultPrevented).toBe(false);
  expect(press("ArrowLeft", getByRole("slider")).defaultPrevented).toBe(false);
  expect(press("ArrowLeft", getByRole("button")).defaultPrevented).toBe(true);
  expect(started).not.toHaveBeenCalled();
});

test("where the recording is not in sight, space scrolls and P plays", () => {
  show("another");
  expect(press("Space").defaultPrevented).toBe(false);
  press("KeyP");
  expect(started).toHaveBeenCalledOnce();
});

test("the speed is kept for the recordings that follow", () => {
  show();
  press("BracketRight");
  expect(usePlayer.getState().speed).toBe(1.25);
  expect(readStored("allo.player.speed")).toBe(1.25);
  press("BracketLeft");
  press("BracketLeft");
  expect(readStored("allo.player.speed")).toBe(0.75);
});
