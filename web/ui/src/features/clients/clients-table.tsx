import { useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Notice } from "@/components/notice";
import { Skeleton } from "@/components/skeleton";
import { ClientRow } from "./client-row";
import { fetchClients } from "./clients-api";
import css from "./clients-table.module.css";
import { useRowKeys } from "./use-row-keys";

const ROW_HEIGHT = 44;
const PAGE = 100;

type Props = { asked: string; onClear: () => void; onAdd: () => void };

/** Rows as far as one scrolls: fetched by pages, drawn only where they are seen. */
export function ClientsTable({ asked, onClear, onAdd }: Props) {
  const { t } = useLingui();
  const box = useRef<HTMLTableSectionElement>(null);
  const found = useInfiniteQuery({
    queryKey: ["clients", asked],
    queryFn: ({ pageParam, signal }) =>
      fetchClients(
        {
          limit: PAGE,
          ...(asked ? { q: asked } : {}),
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (previous) => previous, // the old rows stay until the new ones are there
  });
  const clients = found.data?.pages.flatMap((page) => page.items) ?? [];
  const rows = useVirtualizer({
    count: clients.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const seen = rows.getVirtualItems();
  const last = seen.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  useEffect(() => {
    if (last >= clients.length - 20 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [last, clients.length, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const selected = useRowKeys(clients, (index) => rows.scrollToIndex(index));

  if (found.isPending)
    return (
      <div className={css.state}>
        <Skeleton lines={10} height={20} />
      </div>
    );
  if (found.isError && !found.data) {
    return (
      <div className={css.state}>
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      </div>
    );
  }
  if (clients.length === 0) {
    return (
      <div className={css.state}>
        {asked ? (
          <Notice
            title={t`По запросу «${asked}» никого не нашлось`}
            action={<Button onClick={onClear}>{t`Сбросить поиск`}</Button>}
          />
        ) : (
          <Notice
            title={t`Клиентов пока нет`}
            action={<Button onClick={onAdd}>{t`Добавить первого`}</Button>}
          >{t`Они появятся сами, когда кто-то позвонит и вы запишете, кто это.`}</Notice>
        )}
      </div>
    );
  }
  return (
    <table className={css.table} aria-label={t`Клиенты`} aria-busy={found.isFetching}>
      <thead className={css.header}>
        <tr className={css.columns}>
          <th scope="col">{t`Имя`}</th>
          <th scope="col">{t`Компания`}</th>
          <th scope="col">{t`Телефон`}</th>
          <th scope="col">{t`Город`}</th>
          <th scope="col">{t`Ответственный`}</th>
          <th scope="col">{t`Последний звонок`}</th>
        </tr>
      </thead>
      <tbody ref={box} className={css.body}>
        <tr
          className={css.depth}
          style={{ height: `calc(${rows.getTotalSize()}px + var(--popup-height, 0px))` }}
        />
        {seen.map(({ index, start }) => {
          const client = clients[index];
          if (!client) return null;
          return (
            <ClientRow
              key={client.id}
              client={client}
              index={index}
              top={start}
              isSelected={index === selected}
            />
          );
        })}
      </tbody>
    </table>
  );
}
