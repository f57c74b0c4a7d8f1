import { useEffect, useMemo } from "react";
import { useMe } from "@/features/session/session-context";
import { useLive } from "./live-store";
import { openNotes } from "./notes-in-flight";

/** Sends the notes that wait: when the connection returns, and before the page goes. Draws nothing. */
export function NoteKeeper() {
  const { id } = useMe();
  const queue = useMemo(() => openNotes(id), [id]);
  const isConnected = useLive((live) => live.calls.seq !== null && live.lostAt === null);

  useEffect(() => {
    if (isConnected) void queue.flushAll();
  }, [isConnected, queue]);
  useEffect(() => {
    const onHidden = () => {
      if (document.visibilityState === "hidden") void queue.flushAll(true);
    };
    const onOnline = () => void queue.flushAll();
    const onStorage = (event: StorageEvent) => queue.adopt(event.key);
    document.addEventListener("visibilitychange", onHidden);
    window.addEventListener("online", onOnline);
    window.addEventListener("storage", onStorage);
    return () => {
      document.removeEventListener("visibilitychange", onHidden);
      window.removeEventListener("online", onOnline);
      window.removeEventListener("storage", onStorage);
    };
  }, [queue]);
  return null;
}
