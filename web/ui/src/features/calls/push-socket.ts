// Keeps one connection to the push gateway: comes back by itself, at once when the network or the reader does.
import type { PushMessage, TabMessage } from "@/lib/wire";

type Listeners = {
  onMessage: (message: PushMessage) => void;
  onLost: () => void;
  onSessionEnded: () => void;
};

const FIRST_DELAY_MS = 300;
const LONGEST_DELAY_MS = 5000;
const SESSION_ENDED = 4401;
/** After this silence the server is asked for a snapshot; without an answer the line is dead. */
const SILENCE_MS = 10_000;
const ANSWER_MS = 3000;

/** Between half and the whole of a delay that doubles, so that a floor of browsers does not come back at once. */
export function delayBefore(attempt: number, random: number): number {
  const whole = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return whole / 2 + (whole / 2) * random;
}

export class PushSocket {
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #isClosed = false;

  constructor(
    private readonly address: string,
    private readonly listeners: Listeners,
  ) {
    window.addEventListener("online", this.#hurry);
    window.addEventListener("offline", this.#drop);
    window.addEventListener("focus", this.#hurry);
    document.addEventListener("visibilitychange", this.#hurry);
    this.#connect();
  }

  /** Whether there was a line to say it on. */
  send(message: TabMessage): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    window.removeEventListener("online", this.#hurry);
    window.removeEventListener("offline", this.#drop);
    window.removeEventListener("focus", this.#hurry);
    document.removeEventListener("visibilitychange", this.#hurry);
    this.#socket?.close();
  }

  readonly #hurry = (): void => {
    if (document.visibilityState === "hidden" || this.#socket || this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#connect();
  };

  #connect(): void {
    const socket = new WebSocket(this.address);
    this.#socket = socket;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(this.#drop, LONGEST_DELAY_MS); // a door that never opens is no door
    socket.onopen = () => this.#listenForSilence();
    socket.onmessage = (event) => {
      if (this.#socket !== socket) return;
      this.#attempt = 0;
      this.#listenForSilence();
      this.#receive(event.data);
    };
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#lost(event.code);
    };
  }

  /** A cable that was pulled closes nothing: only silence tells. */
  #listenForSilence(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.send({ type: "resync" });
      this.#silence = setTimeout(this.#drop, ANSWER_MS);
    }, SILENCE_MS);
  }

  readonly #drop = (): void => {
    const socket = this.#socket;
    if (!socket || this.#isClosed) return;
    this.#lost();
    socket.close();
  };

  #lost(code?: number): void {
    this.#socket = null;
    clearTimeout(this.#silence);
    if (this.#isClosed) return;
    this.listeners.onLost();
    if (code === SESSION_ENDED) this.listeners.onSessionEnded();
    else this.#retryLater();
  }

  #retryLater(): void {
    const delay = delayBefore(this.#attempt, Math.random());
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.#connect(), delay);
  }

  #receive(data: unknown): void {
    if (typeof data !== "string") return;
    let message: unknown;
    try {
      message = JSON.parse(data);
    } catch {
      return; // not from our server, or cut: the next snapshot mends it
    }
    if (message && typeof message === "object" && "type" in message && "seq" in message) {
      this.listeners.onMessage(message as PushMessage);
    }
  }
}
