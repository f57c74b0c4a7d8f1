import { useLingui } from "@lingui/react/macro";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import { useZone } from "@/features/session/session-context";
import { useNow } from "@/lib/clock";
import { useFormat } from "@/lib/use-format";
import { dayStart } from "@/lib/zoned";
import { AuditDetails } from "./audit-details";
import css from "./settings.module.css";
import { ACCOUNTS_KEY, AUDIT_KEY, fetchAccounts, fetchAudit } from "./settings-api";
import { SettingsSection } from "./settings-section";
import { useAuditWords } from "./use-audit-words";

/** Who changed what, the newest first. */
export function AuditSection() {
  const { t } = useLingui();
  const format = useFormat();
  const now = useNow();
  const words = useAuditWords();
  const [user, setUser] = useState("");
  const [object, setObject] = useState("");
  const accounts = useQuery({ queryKey: ACCOUNTS_KEY, queryFn: fetchAccounts });
  const zone = useZone();
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const filter = {
    ...(user && { user_id: user }),
    ...(object && { object }),
    ...(from && { from_at: new Date(dayStart(zone, from)).toISOString() }),
    ...(to && { to_at: new Date(dayStart(zone, to, 1)).toISOString() }),
  };
  const pages = useInfiniteQuery({
    queryKey: [...AUDIT_KEY, filter],
    queryFn: ({ pageParam }) => fetchAudit({ ...filter, ...(pageParam && { cursor: pageParam }) }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
  const deeds = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <SettingsSection
      title={t`Журнал изменений`}
      lead={t`Кто, когда и что изменил. Записи только добавляются.`}
    >
      <div className={css.tools}>
        <select
          className={css.field}
          aria-label={t`Кто изменил`}
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
        >
          <option value="">{t`Все люди`}</option>
          {accounts.data?.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <select
          className={css.field}
          aria-label={t`Что изменено`}
          value={object}
          onChange={(event) => setObject(event.currentTarget.value)}
        >
          <option value="">{t`Всё подряд`}</option>
          {Object.entries(words.objects).map(([kind, word]) => (
            <option key={kind} value={kind}>
              {word}
            </option>
          ))}
        </select>
        <label className={css.period}>
          {t`с`}
          <input
            className={css.field}
            type="date"
            aria-label={t`С какого дня`}
            max={to || undefined}
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
        </label>
        <label className={css.period}>
          {t`по`}
          <input
            className={css.field}
            type="date"
            aria-label={t`По какой день`}
            min={from || undefined}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
        </label>
      </div>
      {pages.isPending && <Skeleton lines={8} height={20} />}
      {pages.isError && <LoadFailure error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.data && deeds.length === 0 && (
        <p className={css.quiet}>{t`Под эти условия ничего не подходит.`}</p>
      )}
      {deeds.length > 0 && (
        <div className={css.scroll}>
          <table className={css.table} data-plain>
            <thead>
              <tr>
                <th scope="col">{t`Когда`}</th>
                <th scope="col">{t`Кто`}</th>
                <th scope="col">{t`Что сделано`}</th>
                <th scope="col">{t`Было и стало`}</th>
              </tr>
            </thead>
            <tbody>
              {deeds.map((deed) => (
                <tr key={deed.id}>
                  <td>{format.when(deed.at, now)}</td>
                  <td>{deed.by?.name ?? <span className={css.quiet}>{t`система`}</span>}</td>
                  <td>{words.action(deed.action)}</td>
                  <td>
                    <AuditDetails details={deed.details} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {pages.hasNextPage && (
        <div className={css.changed}>
          <Button isBusy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t`Показать ещё`}
          </Button>
        </div>
      )}
    </SettingsSection>
  );
}
