import { useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Notice } from "@/components/notice";
import { Skeleton } from "@/components/skeleton";
import { fetchJournal, journalKey } from "./journal-api";
import { JournalFilters } from "./journal-filters";
import css from "./journal-page.module.css";
import { JournalRow } from "./journal-row";
import type { JournalSearch } from "./journal-search";

/** Every call that one may see, newest first, narrowed by what is asked, each heard where it stands. */
export function JournalPage() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const search = useSearch({ from: "/journal" });
  const found = useInfiniteQuery({
    queryKey: journalKey(search),
    queryFn: ({ pageParam }) => fetchJournal(search, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (previous) => previous,
  });
  const change = (next: JournalSearch) => void navigate({ to: "/journal", search: next });
  const calls = found.data?.pages.flatMap((page) => page.items) ?? [];
  const isNarrowed = Object.values(search).some((value) => value !== undefined);
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1>{t`Журнал звонков`}</h1>
        <JournalFilters search={search} onChange={change} />
      </header>
      <div className={css.box}>
        {found.isPending && (
          <div className={css.state}>
            <Skeleton lines={10} height={30} />
          </div>
        )}
        {found.isError && !found.data && (
          <div className={css.state}>
            <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
          </div>
        )}
        {found.data && calls.length === 0 && (
          <div className={css.state}>
            {isNarrowed ? (
              <Notice
                title={t`Таких звонков нет`}
                action={<Button onClick={() => change({})}>{t`Сбросить фильтры`}</Button>}
              >{t`Их скрывают выбранные фильтры.`}</Notice>
            ) : (
              <Notice title={t`Звонков ещё не было`}>
                {t`Они появятся здесь сами, как только зазвонит телефон.`}
              </Notice>
            )}
          </div>
        )}
        {calls.length > 0 && (
          <table className={css.table} aria-busy={found.isFetching}>
            <thead>
              <tr>
                <th scope="col">{t`Когда`}</th>
                <th scope="col">{t`С кем`}</th>
                <th scope="col">{t`Оператор`}</th>
                <th scope="col">{t`Очередь`}</th>
                <th scope="col">{t`Ждали`}</th>
                <th scope="col">{t`Говорили`}</th>
                <th scope="col">{t`Итог`}</th>
                <th scope="col" className={css.sound}>{t`Запись`}</th>
              </tr>
            </thead>
            <tbody>
              {calls.map((call) => (
                <JournalRow key={call.id} call={call} />
              ))}
            </tbody>
          </table>
        )}
        {found.hasNextPage && (
          <div className={css.state}>
            <Button isBusy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {t`Показать раньше`}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
