import { useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "@/components/button";
import { FilterTabs } from "@/components/filter-tabs";
import { LoadFailure } from "@/components/load-failure";
import { Notice } from "@/components/notice";
import { Skeleton } from "@/components/skeleton";
import { useNow } from "@/lib/clock";
import { formatCount } from "@/lib/format-time";
import { formatMoney } from "@/lib/money";
import { useFormat } from "@/lib/use-format";
import { fetchDeals } from "./deals-api";
import page from "./deals-page.module.css";
import css from "./deals-table.module.css";

type Shown = "open" | "won" | "lost" | "no_task";

/** Deals row by row, newest first, with what they make together. */
export function DealsTable({ pipeline }: { pipeline: string | null }) {
  const { t } = useLingui();
  const format = useFormat();
  const now = useNow();
  const navigate = useNavigate();
  const [shown, setShown] = useState<Shown>("open");
  const asked = {
    ...(pipeline ? { pipeline } : {}),
    ...(shown === "no_task" ? { status: "open" as const, without_task: true } : { status: shown }),
  };
  const found = useInfiniteQuery({
    queryKey: ["deals", "list", asked],
    queryFn: ({ pageParam }) =>
      fetchDeals({ ...asked, limit: 100, ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: (previous) => previous,
  });
  if (found.isPending) {
    return (
      <div className={page.state}>
        <Skeleton lines={8} height={24} />
      </div>
    );
  }
  if (found.isError && !found.data) {
    return (
      <div className={page.state}>
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      </div>
    );
  }
  const deals = found.data.pages.flatMap((one) => one.items);
  const sums = found.data.pages[0]?.sums ?? [];
  const count = sums.reduce((total, sum) => total + sum.count, 0);
  return (
    <div className={css.box}>
      <div className={css.filters}>
        <FilterTabs
          label={t`Какие сделки`}
          value={shown}
          options={[
            { value: "open", label: t`В работе` },
            { value: "no_task", label: t`Без задачи` },
            { value: "won", label: t`Выигранные` },
            { value: "lost", label: t`Проигранные` },
          ]}
          onChange={setShown}
        />
        <p className={css.totals}>
          {formatCount(count)}
          {sums.map((sum) => (
            <strong key={sum.currency}>{formatMoney(sum.amount_minor, sum.currency)}</strong>
          ))}
        </p>
      </div>
      {deals.length === 0 ? (
        <div className={page.state}>
          <Notice title={t`Таких сделок нет`} />
        </div>
      ) : (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t`Сделка`}</th>
              <th scope="col">{t`Клиент`}</th>
              <th scope="col">{t`Этап`}</th>
              <th scope="col" className={css.number}>{t`Сумма`}</th>
              <th scope="col">{t`Ответственный`}</th>
              <th scope="col">{t`Создана`}</th>
            </tr>
          </thead>
          <tbody>
            {deals.map((deal) => (
              <tr
                key={deal.id}
                onClick={() => void navigate({ to: "/deals/$dealId", params: { dealId: deal.id } })}
              >
                <td>
                  <a href={`/deals/${deal.id}`} onClick={(event) => event.preventDefault()}>
                    {deal.title}
                  </a>
                </td>
                <td>{deal.client?.name}</td>
                <td>{deal.stage.name}</td>
                <td className={css.number}>
                  {deal.amount_minor !== null && formatMoney(deal.amount_minor, deal.currency)}
                </td>
                <td>{deal.owner?.name}</td>
                <td>{format.whenShort(deal.created_at, now)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {found.hasNextPage && (
        <div className={page.state}>
          <Button isBusy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t`Показать ещё`}
          </Button>
        </div>
      )}
    </div>
  );
}
