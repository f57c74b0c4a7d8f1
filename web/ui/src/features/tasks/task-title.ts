// What is to be done: what a rule has named is said in the reader's language.
import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Task } from "@/lib/wire";

/** As the server names a promise of which nothing more was said. */
const BARE_PROMISE = "Обещали перезвонить";

export function promiseTitle(i18n: I18n, title: string): string {
  return title === BARE_PROMISE ? i18n._(msg`Перезвонить, как обещали`) : title;
}

export function taskTitle(i18n: I18n, task: Pick<Task, "made_by" | "title">): string {
  if (task.made_by === "missed_call") return i18n._(msg`Перезвонить`);
  return task.made_by === "promise" ? promiseTitle(i18n, task.title) : task.title;
}
