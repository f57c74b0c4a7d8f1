import { useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Button } from "@/components/button";
import { FilterTabs } from "@/components/filter-tabs";
import { LoadFailure } from "@/components/load-failure";
import { Notice } from "@/components/notice";
import { Skeleton } from "@/components/skeleton";
import { useMe } from "@/features/session/session-context";
import { useNow } from "@/lib/clock";
import { useFormat } from "@/lib/use-format";
import { useHotKey } from "@/lib/use-hot-key";
import type { Task } from "@/lib/wire";
import { type DueGroup, groupOf } from "./due";
import { QuickAdd } from "./quick-add";
import { SnoozeMenu } from "./snooze-menu";
import { TaskLine } from "./task-line";
import { fetchTasks, TASKS_KEY } from "./tasks-api";
import css from "./tasks-page.module.css";

type Whose = "mine" | "nobody" | "all" | "done";

const GROUPS: readonly DueGroup[] = ["overdue", "today", "tomorrow", "later"];

/** My day: what is late, what is for today, and what comes. */
export function TasksPage() {
  const { t } = useLingui();
  const me = useMe();
  const format = useFormat();
  const now = useNow();
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [whose, setWhose] = useState<Whose>("mine");
  const asked = {
    mine: { assignee: me.id },
    nobody: { is_unassigned: true },
    all: {},
    done: { assignee: me.id, state: "done" as const },
  }[whose];
  const found = useInfiniteQuery({
    queryKey: [...TASKS_KEY, "list", asked],
    queryFn: ({ pageParam }) =>
      fetchTasks({ ...asked, limit: 100, ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (previous) => previous,
  });
  useHotKey("KeyN", () => field.current?.focus());
  useHotKey("KeyJ", () => walk(list.current, 1));
  useHotKey("KeyK", () => walk(list.current, -1));
  const titles: Record<DueGroup, string> = {
    overdue: t`Просрочено`,
    today: t`Сегодня`,
    tomorrow: t`Завтра`,
    later: t`Позже`,
  };
  const tasks = found.data?.pages.flatMap((page) => page.items) ?? [];
  const groups: [string, DueGroup | null, Task[]][] =
    whose === "done"
      ? [[t`Сделано`, null, tasks]]
      : GROUPS.map((group) => [
          titles[group],
          group,
          tasks.filter((task) => groupOf(task, format.place.zone, now) === group),
        ]);
  return (
    <div className={css.page}>
      <div className={css.inside}>
        <header className={css.head}>
          <h1>{t`Задачи`}</h1>
          <FilterTabs
            label={t`Чьи задачи`}
            value={whose}
            options={[
              { value: "mine", label: t`Мои` },
              { value: "nobody", label: t`Свободные` },
              { value: "all", label: t`Команда` },
              { value: "done", label: t`Сделанные` },
            ]}
            onChange={setWhose}
          />
        </header>
        <QuickAdd fieldRef={field} />
        {found.isPending && <Skeleton lines={6} height={36} />}
        {found.isError && !found.data && (
          <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
        )}
        {found.data && tasks.length === 0 && (
          <Notice title={whose === "mine" ? t`На сегодня всё` : t`Здесь пусто`}>
            {whose === "mine" && t`Новая задача появится из карточки, звонка или строки выше.`}
          </Notice>
        )}
        <div ref={list}>
          {groups
            .filter(([, , items]) => items.length > 0)
            .map(([title, group, items]) => (
              <section key={title} className={css.group} aria-label={title}>
                <h2 data-tone={group === "overdue" ? "bad" : undefined}>
                  {title} <span>{items.length}</span>
                </h2>
                {items.map((task) => (
                  <TaskLine key={task.id} task={task} hasLinks>
                    {task.assignee && task.assignee.id !== me.id && (
                      <span className={css.who}>{task.assignee.name}</span>
                    )}
                    {task.done_at === null && <SnoozeMenu task={task} />}
                  </TaskLine>
                ))}
              </section>
            ))}
        </div>
        {found.hasNextPage && (
          <Button isBusy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t`Показать ещё`}
          </Button>
        )}
      </div>
    </div>
  );
}

/** J and K go from task to task; Space then does what it does on any box. */
function walk(list: HTMLElement | null, step: 1 | -1): void {
  const boxes = [...(list?.querySelectorAll<HTMLElement>("input[type=checkbox]") ?? [])];
  const place = boxes.indexOf(document.activeElement as HTMLElement);
  boxes[place < 0 ? 0 : Math.min(boxes.length - 1, Math.max(0, place + step))]?.focus();
}
