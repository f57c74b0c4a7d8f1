// The one queue of call notes of this page, and how a component sees one of its notes.
import { useCallback, useSyncExternalStore } from "react";
import { fetchCall, putNote } from "./calls-api";
import { type Note, NoteQueue } from "./note-queue";

let queue: NoteQueue | null = null;

export function openNotes(userId: string): NoteQueue {
  queue = new NoteQueue(userId, { put: putNote, get: fetchCall });
  return queue;
}

/** The queue of whoever is logged in. */
export function notes(): NoteQueue {
  if (!queue) throw new Error("used outside a session");
  return queue;
}

export function useNote(callId: string): Note | null {
  const read = useCallback(() => notes().noteOf(callId), [callId]);
  return useSyncExternalStore(notes().subscribe, read);
}
