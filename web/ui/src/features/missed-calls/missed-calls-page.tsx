import { useLingui } from "@lingui/react/macro";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Button } from "@/components/button";
import { FilterTabs } from "@/components/filter-tabs";
import { KeyCap } from "@/components/key-cap";
import { LoadFailure } from "@/components/load-failure";
import { Notice } from "@/components/notice";
import { Skeleton } from "@/components/skeleton";
import { useQueueTitles } from "@/features/calls/use-queue-title";
import { serverNow, useNow } from "@/lib/clock";
import { useHotKey } from "@/lib/use-hot-key";
import type { MissedCall } from "@/lib/wire";
import { CallBackOutcome } from "./call-back-outcome";
import {
  fetchMissedBooks,
  fetchMissedCalls,
  MISSED_BOOKS_KEY,
  MISSED_KEY,
} from "./missed-calls-api";
import css from "./missed-calls-page.module.css";
import { MissedRow } from "./missed-row";
import { useCallBack } from "./use-call-back";
import { WriteOff } from "./write-off";

type Shown = "outstanding" | "mine" | "settled" | "written_off";

const PAUSE_MS = 250;
const WEEK_MS = 7 * 24 * 3600_000;

/** Who called and was not answered: rung back by one press, and only by one of us. */
export function MissedCallsPage() {
  const { t } = useLingui();
  const now = useNow();
  const queueTitle = useQueueTitles();
  const table = useRef<HTMLTableElement>(null);
  const [shown, setShown] = useState<Shown>("outstanding");
  const [text, setText] = useState("");
  const [q] = useDebouncedValue(text.trim(), PAUSE_MS);
  const [given, setGiven] = useState<MissedCall | null>(null);
  const calling = useCallBack();
  const asked = {
    ...(shown === "mine" ? { mine: true } : { state: shown }),
    ...(q ? { q } : {}),
  };
  const found = useInfiniteQuery({
    queryKey: [...MISSED_KEY, "list", asked],
    queryFn: ({ pageParam }) =>
      fetchMissedCalls({ ...asked, limit: 100, ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (previous) => previous,
  });
  const missed = found.data?.pages.flatMap((page) => page.items) ?? [];
  const isWaiting = shown === "outstanding" || shown === "mine";
  useHotKey("KeyM", () => walk(table.current), { isOn: isWaiting && missed.length > 0 });
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1>{t`Пропущенные`}</h1>
        <FilterTabs
          label={t`Какие пропущенные`}
          value={shown}
          options={[
            { value: "outstanding", label: t`Ждут` },
            { value: "mine", label: t`Мои` },
            { value: "settled", label: t`Поговорили` },
            { value: "written_off", label: t`Списаны` },
          ]}
          onChange={setShown}
        />
        <input
          className={css.search}
          type="search"
          aria-label={t`Искать по номеру`}
          placeholder={t`Номер`}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Books />
      </header>
      {isWaiting && <CallBackOutcome outcome={calling.data} error={calling.error} />}
      <div className={css.box}>
        {found.isPending && (
          <div className={css.state}>
            <Skeleton lines={8} height={34} />
          </div>
        )}
        {found.isError && !found.data && (
          <div className={css.state}>
            <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
          </div>
        )}
        {found.data && missed.length === 0 && (
          <div className={css.state}>
            <Empty isSearched={q !== ""} isWaiting={isWaiting} />
          </div>
        )}
        {missed.length > 0 && (
          <table ref={table} className={css.table} aria-busy={found.isFetching}>
            <thead>
              <tr>
                <th scope="col">{t`Кто звонил`}</th>
                <th scope="col">{isWaiting ? t`Ждёт` : t`Ждал`}</th>
                <th scope="col" className={css.count}>{t`Звонил, раз`}</th>
                <th scope="col" className={css.count}>{t`Пробовали`}</th>
                <th scope="col" className={css.money}>{t`Открытые сделки`}</th>
                <th scope="col">{t`Очередь`}</th>
                <th scope="col">{t`Кто перезвонит`}</th>
                <th scope="col" className={css.act}>
                  {isWaiting ? (
                    <span className={css.hint}>
                      {t`следующий`} <KeyCap>M</KeyCap>
                    </span>
                  ) : (
                    t`Чем кончилось`
                  )}
                </th>
              </tr>
            </thead>
            <tbody>
              {missed.map((one) => (
                <MissedRow
                  key={one.id}
                  missed={one}
                  now={now}
                  queue={one.queue ? queueTitle(one.pbx, one.queue) : ""}
                  isBusy={calling.isPending && calling.variables?.id === one.id}
                  onCallBack={() => calling.mutate(one)}
                  onWriteOff={() => setGiven(one)}
                />
              ))}
            </tbody>
          </table>
        )}
        {found.hasNextPage && (
          <div className={css.state}>
            <Button isBusy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {t`Показать ещё`}
            </Button>
          </div>
        )}
      </div>
      {given && <WriteOff missed={given} onClose={() => setGiven(null)} />}
    </div>
  );
}

/** What has become of the missed calls of a week: what was opened is all accounted for. */
function Books() {
  const { t } = useLingui();
  const [from] = useState(() => new Date(serverNow() - WEEK_MS).toISOString());
  const books = useQuery({
    queryKey: [...MISSED_BOOKS_KEY, "week"],
    queryFn: () => fetchMissedBooks({ from }),
  });
  if (!books.data) return null;
  const { opened, settled, written_off: writtenOff, outstanding } = books.data;
  return (
    <p className={css.books}>
      {t`За 7 дней: ${opened}`}
      <span>{t`поговорили ${settled}`}</span>
      <span>{t`списано ${writtenOff}`}</span>
      <strong data-tone={outstanding > 0 ? "bad" : undefined}>{t`ждут ${outstanding}`}</strong>
    </p>
  );
}

function Empty({ isSearched, isWaiting }: { isSearched: boolean; isWaiting: boolean }) {
  const { t } = useLingui();
  if (isSearched) return <Notice title={t`С этим номером никого нет`} />;
  if (!isWaiting) return <Notice title={t`Здесь пусто`} />;
  return (
    <Notice title={t`Никто не ждёт звонка`}>
      {t`Кто не дозвонится, появится здесь сам и уйдёт, как только с ним поговорят.`}
    </Notice>
  );
}

/** From one who waits to the next; Enter then rings back. */
function walk(table: HTMLElement | null): void {
  const buttons = [...(table?.querySelectorAll<HTMLElement>("[data-call-back]") ?? [])];
  const place = buttons.indexOf(document.activeElement as HTMLElement);
  const next = buttons[(place + 1) % Math.max(1, buttons.length)];
  next?.focus();
  next?.closest("tr")?.scrollIntoView?.({ block: "nearest" });
}
