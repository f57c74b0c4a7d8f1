// When a task is due, for reading and for choosing. Pure.
import { msg } from "@lingui/core/macro";
import { formatTime, type Place, whenShort } from "@/lib/format-time";
import type { Task } from "@/lib/wire";
import { atClock, weekdayOf } from "@/lib/zoned";

export type DueGroup = "overdue" | "today" | "tomorrow" | "later";

type Due = Pick<Task, "due_at" | "is_all_day">;

/** What is due on a whole day is late only when the day is over. */
export function isOverdue(task: Due, zone: string, now: number): boolean {
  const due = Date.parse(task.due_at);
  return task.is_all_day ? due < atClock(zone, now, 0, 0) : due < now;
}

export function groupOf(task: Due, zone: string, now: number): DueGroup {
  if (isOverdue(task, zone, now)) return "overdue";
  const due = Date.parse(task.due_at);
  if (due < atClock(zone, now, 1, 0)) return "today";
  return due < atClock(zone, now, 2, 0) ? "tomorrow" : "later";
}

/** `вчера, 17:00`, `сегодня, 16:00`, `завтра, 10:00`, `18 нояб., 10:00` */
export function dueWords(place: Place, task: Due, now: number): string {
  const due = Date.parse(task.due_at);
  const { i18n, zone } = place;
  const from = (days: number) => atClock(zone, now, days, 0);
  const day =
    due >= from(0) && due < from(1)
      ? i18n._(msg`сегодня`)
      : due >= from(1) && due < from(2)
        ? i18n._(msg`завтра`)
        : whenShort(place, task.due_at, now);
  return task.is_all_day ? day : `${day}, ${formatTime(place, task.due_at)}`;
}

export type NextStep = { id: "hour" | "tomorrow" | "monday"; at: number };

const MORNING = 10;

/** What one promises most often: in an hour, tomorrow morning, on Monday morning. */
export function nextSteps(zone: string, now: number): NextStep[] {
  const minute = 60_000;
  const inAnHour = Math.ceil((now + 60 * minute) / (5 * minute)) * 5 * minute;
  const toMonday = 8 - weekdayOf(zone, now);
  return [
    { id: "tomorrow", at: atClock(zone, now, 1, MORNING) },
    { id: "hour", at: inAnHour },
    { id: "monday", at: atClock(zone, now, toMonday, MORNING) },
  ];
}
