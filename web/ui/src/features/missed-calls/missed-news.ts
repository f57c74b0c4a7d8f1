// What the server tells of missed calls while a page is open: that lists of them are stale.
import { create } from "zustand";
import type { PushMessage } from "@/lib/wire";

export const useMissedNews = create<{ changes: number }>(() => ({ changes: 0 }));

/** Take a message if it is about missed calls. */
export function hearOfMissedCalls(message: PushMessage): void {
  if (message.type === "missed_calls.changed" || message.type === "snapshot") {
    useMissedNews.setState(({ changes }) => ({ changes: changes + 1 }));
  }
}
