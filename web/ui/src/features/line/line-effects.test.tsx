import { act } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  aCall,
  answered,
  ME,
  ringing,
  snapshot,
  updated,
  withdrawn,
} from "@/features/calls/call-samples";
import { type CallsMessage, emptyCalls } from "@/features/calls/calls-state";
import { dispatch, useLive } from "@/features/calls/live-store";
import { dismissCard, noteOpened, usePopupChoices } from "@/features/calls/popup-choices";
import { showPage } from "@/test-page";
import { useLeader } from "./leader";
import { LineEffects } from "./line-effects";
import { changeLine, useLineSettings } from "./line-settings";
import { useRinger } from "./ringer";

const heard = vi.fn();

/** Counts the tones that are asked of it. */
class SilentAudio {
  state = "running";
  currentTime = 0;
  destination = {};
  onstatechange = null;
  resume = async () => undefined;
  createGain = () => ({
    gain: {
      value: 0,
      setValueAtTime: () => undefined,
      linearRampToValueAtTime: () => undefined,
      exponentialRampToValueAtTime: () => undefined,
    },
    connect: (next: unknown) => next,
    disconnect: () => undefined,
  });
  createOscillator = () => ({
    frequency: { value: 0 },
    connect: (next: unknown) => next,
    start: heard,
    stop: () => undefined,
  });
}

const notices: { title: string; body: string; tag: string; close: () => void }[] = [];
const closed = vi.fn();

class SystemNotice {
  static permission = "granted";
  onclick: (() => void) | null = null;
  constructor(title: string, options: { body: string; tag: string }) {
    notices.push({ title, ...options, close: this.close });
  }
  close = () => closed();
}

const tell = (...messages: CallsMessage[]) =>
  act(async () => {
    for (const message of messages) dispatch(message);
  });
const later = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const isRinging = () => useRinger.getState().isRinging;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  vi.stubGlobal("AudioContext", SilentAudio);
  vi.stubGlobal("Notification", SystemNotice);
  vi.stubGlobal("isSecureContext", true);
  useLive.setState({ calls: emptyCalls(ME), lostAt: null });
  usePopupChoices.setState({ dismissed: [], folded: [], opened: [] });
  useLineSettings.setState({ hasSound: true, volume: 60, hasNotices: false });
  notices.length = 0;
  vi.clearAllMocks();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function showLine() {
  await showPage(<LineEffects />);
  await tell(snapshot(0));
}

describe("the ring", () => {
  test("sounds while a phone rings here, and stops when it does not", async () => {
    await showLine();
    await tell(ringing(1));
    expect(isRinging()).toBe(true);
    const once = heard.mock.calls.length;
    await later(3000);
    expect(heard.mock.calls.length).toBe(once * 2);
    await tell(withdrawn(2, "cancelled"));
    expect(isRinging()).toBe(false);
    await later(6000);
    expect(heard.mock.calls.length).toBe(once * 2);
  });

  test.each([
    ["the card was hidden", () => dismissCard("call-1")],
    ["the card was opened", () => noteOpened("call-1")],
    ["somebody switched it off", () => changeLine({ hasSound: false })],
    ["the server was lost", () => useLive.setState({ lostAt: 1 })],
    ["another tab leads", () => useLeader.setState({ isLeader: false })],
  ])("stops when %s", async (_, deed) => {
    await showLine();
    await tell(ringing(1));
    expect(isRinging()).toBe(true);
    await act(async () => deed());
    expect(isRinging()).toBe(false);
  });

  test("is but two tones, once, for a second caller during a talk", async () => {
    await showLine();
    await tell(ringing(1), updated(2, answered()));
    heard.mockClear();
    await tell(ringing(3, aCall({ id: "call-2" })));
    expect(isRinging()).toBe(false);
    const once = heard.mock.calls.length;
    expect(once).toBeGreaterThan(0);
    await later(6000);
    expect(heard.mock.calls.length).toBe(once);
  });
});

describe("a message of the system", () => {
  const hide = () => vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");

  test("is shown to who asked for it, and only while nothing of Allo is seen", async () => {
    useLineSettings.setState({ hasNotices: true });
    await showLine();
    await tell(ringing(1));
    expect(notices).toEqual([]);

    hide();
    await tell(ringing(2, aCall({ id: "call-2" })));
    expect(notices.map((notice) => notice.tag)).toEqual(["call-2"]);
    await tell({ ...withdrawn(3, "cancelled"), call_id: "call-2" } as CallsMessage);
    expect(closed).toHaveBeenCalledOnce();
  });

  test("is never shown to who has not asked", async () => {
    hide();
    await showLine();
    await tell(ringing(1));
    expect(notices).toEqual([]);
  });

  test("says neither who calls nor from where", async () => {
    hide();
    useLineSettings.setState({ hasNotices: true });
    await showLine();
    await tell(ringing(1, aCall({ client: { id: "client-1", name: "Анна Соколова" } })));
    const said = JSON.stringify(notices);
    expect(said).toContain("Входящий звонок");
    expect(said).not.toMatch(/Соколова|3432881407|\+7/);
  });
});
