// The notes of live calls on their way to the server. Pure of React: a note outlives every page that shows it.
//
// All tabs of a browser share one draft of a note, in the common store: whoever typed last has the
// words, and they go to the server one at a time, by whichever tab. So a text is neither lost with
// the tab it was typed in, nor sent against itself by two of them.
import { alone } from "@/lib/locks";
import { isConflict, isPassing, Problem } from "@/lib/problem";
import { forget, readStored, store, storedKeys } from "@/lib/storage";
import { tellTabs } from "@/lib/tabs";
import type { Call } from "@/lib/wire";

export type NoteStatus =
  | "saved" // the server has it
  | "pending" // typed, waiting for a pause
  | "elsewhere" // typed in another tab, which will send it
  | "saving"
  | "waiting" // the server is away: it is tried again by itself
  | "refused" // the server will not have it; the text stays here
  | "conflict"; // somebody else wrote meanwhile: the reader decides

export type Note = {
  text: string;
  /** The version that this text was written over. */
  version: number;
  status: NoteStatus;
  /** What the server was last known to have: my text grew out of it. */
  base: string;
  /** The other text, in a conflict. */
  theirs: { text: string; version: number } | null;
};

/** The two requests it makes. */
export type NoteServer = {
  put: (callId: string, text: string, version: number, keepalive: boolean) => Promise<Call>;
  get: (callId: string) => Promise<Call>;
};
type Draft = { text: string; version: number; base?: string };

const PAUSE_MS = 800;
/** Words of another tab that still wait after this are sent from here: that tab may be gone. */
const ELSEWHERE_MS = 5000;
const RETRY_MS = [1000, 2000, 4000, 8000];
const UNSENT: ReadonlySet<NoteStatus> = new Set(["pending", "elsewhere", "waiting", "refused"]);
const EMPTY: Note = { text: "", version: 0, base: "", status: "saved", theirs: null };

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
      const callId = key.slice(this.#key("").length);
      if (draft) this.#set(callId, { base: "", ...draft, status: "waiting", theirs: null });
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
    this.#set(callId, { text, version, base: text, status: "saved", theirs: null });
  }

  edit(callId: string, text: string): void {
    const note = this.#notes.get(callId) ?? EMPTY;
    const status = note.status === "saving" || note.status === "conflict" ? note.status : "pending";
    this.#set(callId, { ...note, text, status });
    this.#keep(callId);
    this.#later(callId, PAUSE_MS);
  }

  /** Send now what waits for a pause: the field was left, or the call is written up. */
  async flush(callId: string, keepalive = false): Promise<void> {
    const note = this.#notes.get(callId);
    if (!note || !UNSENT.has(note.status)) return;
    clearTimeout(this.#timers.get(callId));
    this.#set(callId, { ...note, status: "saving" });
    // A page that is just being left cannot wait for its turn.
    if (keepalive) await this.#send(callId, true);
    else await alone(this.#key(callId), () => this.#send(callId, false));
  }

  async #send(callId: string, keepalive: boolean): Promise<void> {
    const note = this.#notes.get(callId);
    if (note?.status !== "saving") return; // while this tab waited its turn another has sent it
    const draft = readStored<Draft>(this.#key(callId));
    const text = draft?.text ?? note.text;
    const { version, base = "" } = draft && draft.version > note.version ? draft : note;
    this.#change(callId, { text, version, base });
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
      this.#settled(callId, text, version);
      return;
    }
    const mine = choice === "both" ? `${text}\n${note.text}` : note.text;
    this.#set(callId, { text: mine, version, base: text, status: "pending", theirs: null });
    this.#keep(callId);
    await this.flush(callId);
  }

  /** Another tab typed: its words are the newest, for a person types in one place at a time. */
  adopt(key: string | null): void {
    if (!key?.startsWith(this.#key(""))) return;
    const callId = key.slice(this.#key("").length);
    const draft = readStored<Draft>(key);
    const note = this.#notes.get(callId) ?? EMPTY;
    if (!draft) return; // sent: which version it became is told by that tab
    if (note.status === "conflict" && draft.text === note.text) return;
    // While this tab's own words are on the way, their answer finds the newer ones in the store.
    const status = note.status === "saving" ? "saving" : "elsewhere";
    this.#set(callId, { ...EMPTY, ...draft, status });
    if (status === "elsewhere") this.#later(callId, ELSEWHERE_MS);
  }

  /** Another tab has brought this text to the server; `isAll`: nobody has typed since. */
  sentElsewhere(callId: string, sent: { text: string; version: number; isAll: boolean }): void {
    const { text, version, isAll } = sent;
    const note = this.#notes.get(callId) ?? EMPTY;
    if (note.version >= version) return;
    const isTypedHere = note.status === "pending" || note.status === "saving" || !isAll;
    if (note.text !== text && isTypedHere && note.status !== "saved") {
      this.#change(callId, { version, base: text }); // what was typed since is written over it
      return;
    }
    clearTimeout(this.#timers.get(callId));
    this.#set(callId, { text, version, base: text, status: "saved", theirs: null });
  }

  #confirmed(callId: string, sent: string, call: Call): void {
    this.#failures.delete(callId);
    const note = this.#notes.get(callId);
    if (!note) return;
    const version = call.note_version;
    const draft = readStored<Draft>(this.#key(callId));
    const newest = draft?.text ?? note.text;
    if (newest === sent) {
      this.#settled(callId, sent, version);
      return;
    }
    this.#set(callId, { text: newest, version, base: sent, status: "pending", theirs: null });
    this.#keep(callId);
    this.#later(callId, PAUSE_MS);
    tellTabs({ type: "note", callId, text: sent, version, isAll: false });
  }

  /** The server has this very text, and nobody has typed since. */
  #settled(callId: string, text: string, version: number): void {
    forget(this.#key(callId));
    this.#set(callId, { text, version, base: text, status: "saved", theirs: null });
    tellTabs({ type: "note", callId, text, version, isAll: true });
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
    const note = this.#notes.get(callId);
    if (!note) return;
    if (note.text === theirs.text) {
      this.#settled(callId, theirs.text, theirs.version);
    } else if (note.base === theirs.text) {
      // Only the version is another: an earlier sending had come through after all.
      this.#change(callId, { version: theirs.version, status: "pending" });
      this.#keep(callId);
      this.#later(callId, PAUSE_MS);
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
    if (!note) return;
    const { text, version, base } = note;
    // A full store keeps the words before these: better none than those.
    if (!store(this.#key(callId), { text, version, base } satisfies Draft))
      forget(this.#key(callId));
  }

  #key(callId: string): string {
    return `allo.note.${this.userId}.${callId}`;
  }
}
