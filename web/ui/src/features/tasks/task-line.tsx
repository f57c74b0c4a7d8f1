import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useNow } from "@/lib/clock";
import { formatNumber } from "@/lib/format-number";
import { useFormat } from "@/lib/use-format";
import type { Task } from "@/lib/wire";
import { dueWords, isOverdue } from "./due";
import css from "./task-line.module.css";
import { taskTitle } from "./task-title";
import { useTaskChanges } from "./use-tasks";

type Props = {
  task: Task;
  /** On the client's or the deal's own card they are not named again. */
  hasLinks?: boolean;
  children?: ReactNode;
};

/** One task: done with a click, or with Space while the focus is on it. */
export function TaskLine({ task, hasLinks = false, children }: Props) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const now = useNow();
  const { end, reopen } = useTaskChanges();
  const isDone = end.isPending || (task.done_at !== null && !reopen.isPending);
  const isLate = !isDone && isOverdue(task, format.place.zone, now);
  const title = taskTitle(i18n, task);
  const times = plural(task.times, { one: "# раз", few: "# раза", many: "# раз", other: "# раза" });
  return (
    <div className={css.line} data-task={task.id} data-done={isDone || undefined}>
      <input
        type="checkbox"
        className={css.box}
        aria-label={t`Сделано: ${title}`}
        checked={isDone}
        onChange={() => (task.done_at ? reopen.mutate(task.id) : end.mutate(task.id))}
      />
      <div className={css.body}>
        <p className={css.title}>
          {title}
          {task.made_by === "missed_call" && task.times > 1 && (
            <span className={css.times}> {t`не дозвонились ${times}`}</span>
          )}
        </p>
        <p className={css.under}>
          <time dateTime={task.due_at} data-late={isLate || undefined}>
            {dueWords(format.place, task, now)}
          </time>
          {hasLinks && task.client && (
            <Link to="/clients/$clientId" params={{ clientId: task.client.id }}>
              {task.client.name}
            </Link>
          )}
          {hasLinks && task.deal && (
            <Link to="/deals/$dealId" params={{ dealId: task.deal.id }}>
              {task.deal.name}
            </Link>
          )}
          {!task.client && task.number && <span>{formatNumber(task.number)}</span>}
        </p>
        {end.isError && (
          <p className={css.failure} role="alert">
            {t`Не отмечено. Попробуйте ещё раз.`}
          </p>
        )}
      </div>
      {children}
    </div>
  );
}
