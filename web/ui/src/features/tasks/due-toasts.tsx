import { useLingui } from "@lingui/react/macro";
import { IconChecklist, IconX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { Button } from "@/components/button";
import { serverNow } from "@/lib/clock";
import { useFormat } from "@/lib/use-format";
import css from "./due-toasts.module.css";
import { dismissDue, useTaskNews } from "./task-news";
import { taskTitle } from "./task-title";
import { TASKS_KEY } from "./tasks-api";
import { useTaskChanges } from "./use-tasks";

const QUARTER_MS = 15 * 60_000;

/** What is due now, quietly in the corner: never takes the focus, and goes when it is dealt with. */
export function DueToasts() {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const queries = useQueryClient();
  const { due, changes } = useTaskNews();
  const { end, snooze } = useTaskChanges();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the count is the news itself
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: TASKS_KEY });
  }, [changes, queries]);
  if (due.length === 0) return null;
  return (
    <aside className={css.toasts} aria-label={t`Пора сделать`}>
      {due.map((task) => (
        <section key={task.id} className={css.toast} role="status">
          <IconChecklist size={18} stroke={1.7} aria-hidden="true" />
          <div className={css.body}>
            <p className={css.title}>{taskTitle(i18n, task)}</p>
            <p className={css.under}>
              {[task.client?.name, format.time(task.due_at)].filter(Boolean).join(" · ")}
            </p>
            <div className={css.actions}>
              <Button
                size="s"
                kind="live"
                onClick={() => {
                  end.mutate(task.id);
                  dismissDue(task.id);
                }}
              >{t`Готово`}</Button>
              <Button
                size="s"
                onClick={() => {
                  const at = serverNow() + QUARTER_MS;
                  snooze.mutate({ id: task.id, version: task.version, at });
                  dismissDue(task.id);
                }}
              >{t`+15 мин`}</Button>
              {task.client && (
                <Link
                  to="/clients/$clientId"
                  params={{ clientId: task.client.id }}
                  onClick={() => dismissDue(task.id)}
                >{t`Открыть`}</Link>
              )}
            </div>
          </div>
          <button
            type="button"
            className={css.close}
            aria-label={t`Скрыть`}
            onClick={() => dismissDue(task.id)}
          >
            <IconX size={16} stroke={1.7} aria-hidden="true" />
          </button>
        </section>
      ))}
    </aside>
  );
}
