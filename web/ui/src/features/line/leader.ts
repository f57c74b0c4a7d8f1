// One tab among those of a person leads: it alone rings and tells the system. It is whoever holds the lock.
import { create } from "zustand";
import { hasLocks, holdLock, isHeldAnywhere } from "@/lib/locks";
import { standForLease } from "./lease";

export const useLeader = create<{ isLeader: boolean }>(() => ({ isLeader: false }));

const set = (isLeader: boolean) => useLeader.setState({ isLeader });
const lineOf = (userId: string) => `allo.line-phone.${userId}`;
const seenOf = (userId: string) => `allo.seen.${userId}`;

/** Stand for the lead until the returned function is called; a tab that closes hands it over at once. */
export function standForLead(userId: string): () => void {
  if (!hasLocks()) return standForLease(lineOf(userId), set);
  const leave = holdLock(lineOf(userId), () => set(true));
  return () => {
    leave();
    set(false);
  };
}

/** Say to the other tabs, as long as it is so, that this one can be seen. */
export function showWhetherSeen(userId: string): () => void {
  let leave: (() => void) | null = null;
  const look = () => {
    const isSeen = document.visibilityState === "visible";
    if (isSeen && !leave) leave = holdLock(seenOf(userId), () => undefined, "shared");
    if (!isSeen) {
      leave?.();
      leave = null;
    }
  };
  look();
  document.addEventListener("visibilitychange", look);
  return () => {
    document.removeEventListener("visibilitychange", look);
    leave?.();
  };
}

/** Whether any tab of this person in this browser can be seen. */
export const isAnyTabSeen = async (userId: string): Promise<boolean> =>
  document.visibilityState === "visible" || (await isHeldAnywhere(seenOf(userId)));
