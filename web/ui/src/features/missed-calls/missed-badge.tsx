import { plural } from "@lingui/core/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import css from "@/features/tasks/task-badge.module.css";
import { fetchMissedBooks, MISSED_BOOKS_KEY, MISSED_KEY } from "./missed-calls-api";
import { useMissedNews } from "./missed-news";

/** How many callers wait to be rung back. Nothing where nobody waits. */
export function MissedBadge() {
  const queries = useQueryClient();
  const changes = useMissedNews((news) => news.changes);
  const books = useQuery({
    queryKey: [...MISSED_BOOKS_KEY, "all"],
    queryFn: () => fetchMissedBooks(),
    refetchInterval: 60_000,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the count is the news itself
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: MISSED_KEY });
  }, [changes, queries]);
  const waiting = books.data?.outstanding ?? 0;
  if (waiting === 0) return null;
  const words = plural(waiting, {
    one: "# пропущенный",
    few: "# пропущенных",
    many: "# пропущенных",
    other: "# пропущенных",
  });
  return (
    <span className={css.badge} data-tone="bad">
      <span aria-hidden="true">{waiting > 99 ? "99+" : waiting}</span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
