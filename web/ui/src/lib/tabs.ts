// What the tabs of one person in one browser tell each other. Said to whoever is there; nobody answers.
import type { Call } from "./wire";

export type TabWord =
  /** A call was changed here: its result, its client. */
  | { type: "call"; call: Call }
  /** The server has this very text of a call's note; `isAll`: nobody has typed since. */
  | { type: "note"; callId: string; text: string; version: number; isAll: boolean };

type Listener = (word: TabWord) => void;

const listeners = new Set<Listener>();
let channel: BroadcastChannel | null = null;

/** Hear the other tabs of this person until the returned function is called. */
export function joinTabs(userId: string): () => void {
  if (typeof BroadcastChannel === "undefined") return () => undefined;
  const own = new BroadcastChannel(`allo.tabs.${userId}`);
  own.onmessage = (event: MessageEvent<TabWord>) => {
    for (const listener of listeners) listener(event.data);
  };
  channel = own;
  return () => {
    own.close();
    if (channel === own) channel = null;
  };
}

/** Tell the other tabs; this one knows already. */
export function tellTabs(word: TabWord): void {
  channel?.postMessage(word);
}

/** Listen until the returned function is called. */
export function hearTabs(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
