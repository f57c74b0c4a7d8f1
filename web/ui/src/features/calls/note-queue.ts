// The notes of live calls on their way to the server. Pure of React: a note outlives every page that shows it.
import { isConflict, isPassing, Problem } from "@/lib/problem";
import { forget, readStored, store, storedKeys } from "@/lib/storage";
import type { Call } from "@/lib/wire";

export type NoteStatus =
  | "saved" // the server has it
  | "pending" // typed, waiting for a pause
  | "saving"
  | "waiting" // the server is away: it is tried again by itself
  | "refused" // the server will not have it; the text stays here
  | "conflict"; // somebody else wrote meanwhile: the reader decides

export type Note = {
  text: string;
  /** The version that this text was written over. */
  version: number;
  status: NoteStatus;
  /** The other text, in a conflict. */
  theirs: { text: string; version: number } | null;
};

/** The two requests it makes. */
export type NoteServer = {
  put: (callId: string, text: string, version: number, keepalive: boolean) => Promise<Call>;
  get: (callId: string) => Promise<Call>;
};
type Draft = { text: string; version: number };

const PAUSE_MS = 800;
const RETRY_MS = [1000, 2000, 4000, 8000];

/** Every keystroke is kept on this machine until the server has confirmed that very text. */
export class NoteQueue {
  readonly #notes = new Map<string, Note>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #failures = new Map<string, number>();
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly userId: string,
    private readonly server: NoteServer,
  ) {
    for (const key of storedKeys(this.#key(""))) {
      const draft = readStored<Draft>(key);
      if (draft)
        this.#set(key.slice(this.#key("").length), { ...draft, status: "waiting", theirs: null });
    }
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  noteOf(callId: string): Note | null {
    return this.#notes.get(callId) ?? null;
  }

  /** What the server says of a call: taken over, unless something of mine is still on its way. */
  learn(callId: string, text: string, version: number): void {
    const note = this.#notes.get(callId);
    if (note && note.status !== "saved") return;
    if (note && note.version >= version) return;
    this.#set(callId, { text, version, status: "saved", theirs: null });
  }

  edit(callId: string, text: string): void {
    const note = this.#notes.get(callId) ?? { text: "", version: 0, status: "saved", theirs: null };
    const status = note.status === "saving" || note.status === "conflict" ? note.status : "pending";
    this.#set(callId, { ...note, text, status });
    this.#keep(callId);
    this.#later(callId, PAUSE_MS);
  }

  /** Send now what waits for a pause: the field was left, or the call is written up. */
  async flush(callId: string, keepalive = false): Promise<void> {
    const note = this.#notes.get(callId);
    if (!note || !["pending", "waiting", "refused"].includes(note.status)) return;
    clearTimeout(this.#timers.get(callId));
    const { text, version } = note;
    this.#set(callId, { ...note, status: "saving" });
    try {
      this.#confirmed(callId, text, await this.server.put(callId, text, version, keepalive));
    } catch (error) {
      await this.#failed(callId, error);
    }
  }

  async flushAll(keepalive = false): Promise<void> {
    await Promise.all([...this.#notes.keys()].map((callId) => this.flush(callId, keepalive)));
  }

  /** End a conflict: keep my text over theirs, or take theirs. */
  async settle(callId: string, choice: "mine" | "theirs" | "both"): Promise<void> {
    const note = this.#notes.get(callId);
    if (!note?.theirs) return;
    const { text, version } = note.theirs;
    if (choice === "theirs") {
      forget(this.#key(callId));
      this.#set(callId, { text, version, status: "saved", theirs: null });
      return;
    }
    const mine = choice === "both" ? `${text}\n${note.text}` : note.text;
    this.#set(callId, { text: mine, version, status: "pending", theirs: null });
    this.#keep(callId);
    await this.flush(callId);
  }

  /** Another tab typed: show its words here, unless this one has words of its own on the way. */
  adopt(key: string | null): void {
    if (!key?.startsWith(this.#key(""))) return;
    const callId = key.slice(this.#key("").length);
    const draft = readStored<Draft>(key);
    const note = this.#notes.get(callId);
    if (!draft || (note && note.status !== "saved")) return;
    this.#set(callId, { text: draft.text, version: draft.version, status: "saved", theirs: null });
  }

  #confirmed(callId: string, sent: string, call: Call): void {
    this.#failures.delete(callId);
    const note = this.#notes.get(callId);
    if (!note) return;
    const isCurrent = note.text === sent;
    this.#set(callId, {
      text: note.text,
      version: call.note_version,
      status: isCurrent ? "saved" : "pending",
      theirs: null,
    });
    if (isCurrent) forget(this.#key(callId));
    else {
      this.#keep(callId);
      this.#later(callId, PAUSE_MS);
    }
  }

  async #failed(callId: string, error: unknown): Promise<void> {
    const isWorthIt = isPassing(error) || (error instanceof Problem && error.status === 401);
    if (isConflict(error)) {
      // The refusal tells the other text but not its version: ask for both at once.
      await this.server.get(callId).then(
        (call) => this.#collided(callId, { text: call.note, version: call.note_version }),
        () => this.#retry(callId),
      );
    } else if (isWorthIt) this.#retry(callId);
    else this.#change(callId, { status: "refused" });
  }

  #collided(callId: string, theirs: { text: string; version: number }): void {
    if (this.#notes.get(callId)?.text === theirs.text) {
      forget(this.#key(callId));
      this.#change(callId, { version: theirs.version, status: "saved" });
    } else this.#change(callId, { status: "conflict", theirs });
  }

  #retry(callId: string): void {
    const failures = this.#failures.get(callId) ?? 0;
    this.#failures.set(callId, failures + 1);
    this.#change(callId, { status: "waiting" });
    this.#later(callId, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? PAUSE_MS);
  }

  #change(callId: string, change: Partial<Note>): void {
    const note = this.#notes.get(callId);
    if (note) this.#set(callId, { ...note, ...change });
  }

  #later(callId: string, delay: number): void {
    clearTimeout(this.#timers.get(callId));
    this.#timers.set(
      callId,
      setTimeout(() => void this.flush(callId), delay),
    );
  }

  #set(callId: string, note: Note): void {
    this.#notes.set(callId, note);
    for (const listener of this.#listeners) listener();
  }

  #keep(callId: string): void {
    const note = this.#notes.get(callId);
    if (note) store(this.#key(callId), { text: note.text, version: note.version } satisfies Draft);
  }

  #key(callId: string): string {
    return `allo.note.${this.userId}.${callId}`;
  }
}
