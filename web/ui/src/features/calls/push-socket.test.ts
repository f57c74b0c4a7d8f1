import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ringing, snapshot } from "./call-samples";
import { delayBefore, PushSocket } from "./push-socket";

/** The browser's end of a connection, played by the test. */
class FakeSocket {
  static readonly OPEN = 1;
  static made: FakeSocket[] = [];
  readyState = 0;
  sent: unknown[] = [];
  onopen: () => void = () => undefined;
  onmessage: (event: { data: unknown }) => void = () => undefined;
  onclose: (event: { code: number }) => void = () => undefined;

  constructor(readonly address: string) {
    FakeSocket.made.push(this);
  }

  open() {
    this.readyState = FakeSocket.OPEN;
    this.onopen();
  }

  say(message: unknown) {
    this.onmessage({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }

  send(text: string) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.drop(1000);
  }

  drop(code = 1006) {
    this.readyState = 3;
    this.onclose({ code });
  }
}

const latest = () => FakeSocket.made.at(-1) as FakeSocket;
const listeners = { onMessage: vi.fn(), onLost: vi.fn(), onSessionEnded: vi.fn() };
let socket: PushSocket;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.made = [];
  for (const listener of Object.values(listeners)) listener.mockClear();
  socket = new PushSocket("ws://server/push", listeners);
  latest().open();
});
afterEach(() => {
  socket.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("a connection that is lost", () => {
  test("comes back by itself, more patiently each time", () => {
    latest().drop();
    expect(listeners.onLost).toHaveBeenCalledOnce();
    for (const [tries, delay] of [300, 600, 1200, 2400, 4800, 5000, 5000].entries()) {
      vi.advanceTimersByTime(delay - 1);
      expect(FakeSocket.made).toHaveLength(tries + 1);
      vi.advanceTimersByTime(1);
      expect(FakeSocket.made).toHaveLength(tries + 2);
      latest().drop();
    }
  });

  test("comes back at once when the network or the reader does", () => {
    latest().drop();
    window.dispatchEvent(new Event("online"));
    expect(FakeSocket.made).toHaveLength(2);
    latest().drop();
    window.dispatchEvent(new Event("focus"));
    expect(FakeSocket.made).toHaveLength(3);
  });

  test("does not come back when the session has ended", () => {
    latest().drop(4401);
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.made).toHaveLength(1);
    expect(listeners.onSessionEnded).toHaveBeenCalledOnce();
  });

  test("is noticed also when nobody says so: after ten seconds of silence it is asked", () => {
    latest().say(snapshot(1));
    vi.advanceTimersByTime(10_000);
    expect(latest().sent).toEqual([{ type: "resync" }]);
    vi.advanceTimersByTime(3000);
    expect(listeners.onLost).toHaveBeenCalledOnce();
  });

  test("that answers is alive", () => {
    vi.advanceTimersByTime(10_000);
    latest().say(snapshot(1));
    vi.advanceTimersByTime(3000);
    expect(listeners.onLost).not.toHaveBeenCalled();
  });

  test("is given up when it does not even open", () => {
    latest().drop();
    vi.advanceTimersByTime(300);
    vi.advanceTimersByTime(5000);
    vi.advanceTimersByTime(600);
    expect(FakeSocket.made).toHaveLength(3);
  });

  test("after the page has closed it stays closed", () => {
    socket.close();
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.made).toHaveLength(1);
  });
});

test("frames go on; what is no frame is left alone", () => {
  latest().say(ringing(1));
  for (const rubbish of ["{", "null", "[1]", '{"type":"x"}', '"text"']) latest().say(rubbish);
  expect(listeners.onMessage).toHaveBeenCalledExactlyOnceWith(ringing(1));
});

test("the delay is spread, and never longer than five seconds", () => {
  expect(delayBefore(0, 0)).toBe(150);
  expect(delayBefore(0, 1)).toBe(300);
  expect(delayBefore(50, 1)).toBe(5000);
});
