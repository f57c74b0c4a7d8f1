import { plural } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import css from "./task-badge.module.css";
import { fetchTaskCounts, TASK_COUNTS_KEY } from "./tasks-api";

/** How many tasks wait: overdue and due today. Nothing where nothing waits. */
export function TaskBadge() {
  const counts = useQuery({
    queryKey: TASK_COUNTS_KEY,
    queryFn: fetchTaskCounts,
    refetchInterval: 60_000,
  });
  const waiting = (counts.data?.overdue ?? 0) + (counts.data?.today ?? 0);
  if (waiting === 0) return null;
  const words = plural(waiting, {
    one: "# задача",
    few: "# задачи",
    many: "# задач",
    other: "# задачи",
  });
  return (
    <span className={css.badge} data-tone={counts.data?.overdue ? "bad" : undefined}>
      <span aria-hidden="true">{waiting > 99 ? "99+" : waiting}</span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
