// What the server tells of tasks while a page is open: those that are due now, and that lists are stale.
import { create } from "zustand";
import type { PushMessage, Task } from "@/lib/wire";

type News = { due: readonly Task[]; changes: number };

export const useTaskNews = create<News>(() => ({ due: [], changes: 0 }));

const SHOWN = 3;

/** Take a message if it is about tasks. */
export function hearOfTasks(message: PushMessage): void {
  if (message.type === "task.due") {
    const { task } = message;
    useTaskNews.setState((news) => ({
      changes: news.changes + 1,
      due: [task, ...news.due.filter((other) => other.id !== task.id)].slice(0, SHOWN),
    }));
  }
  if (message.type === "tasks.changed" || message.type === "snapshot") {
    useTaskNews.setState((news) => ({ changes: news.changes + 1 }));
  }
}

export const dismissDue = (id: string): void =>
  useTaskNews.setState((news) => ({ due: news.due.filter((task) => task.id !== id) }));
