import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { emptyCalls } from "@/features/calls/calls-state";
import { useLive } from "@/features/calls/live-store";
import { startRinging, stopRinging, useRinger } from "@/features/line/ringer";
import { showPage } from "@/test-page";
import { SystemBars } from "./system-bars";

const resume = vi.fn(async () => undefined);

/** A browser that lets nothing out before somebody has touched the page. */
class RefusedAudio {
  state = "suspended";
  destination = {};
  onstatechange = null;
  resume = resume;
  createGain = () => ({
    gain: { value: 0 },
    connect: () => undefined,
    disconnect: () => undefined,
  });
}

beforeEach(() => {
  vi.stubGlobal("AudioContext", RefusedAudio);
  useLive.setState({ calls: emptyCalls("user-me"), lostAt: null });
});

test("a ring that the browser does not let out is said, and a click asks again", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  await showPage(<SystemBars />);
  expect(screen.queryByRole("button")).toBeNull();

  act(() => startRinging(60));
  await act(() => vi.advanceTimersByTimeAsync(600));
  expect(useRinger.getState()).toEqual({ isRefused: true, isRinging: true });
  resume.mockClear();
  fireEvent.click(screen.getByRole("button", { name: /не даёт включить звук/ }));
  expect(resume).toHaveBeenCalledOnce();

  act(() => stopRinging());
  expect(screen.queryByRole("button")).toBeNull();
  vi.useRealTimers();
});
