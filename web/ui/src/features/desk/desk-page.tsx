import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import { useSession } from "@/features/session/session-context";
import { serverNow } from "@/lib/clock";
import { useFormat } from "@/lib/use-format";
import { CallList } from "./call-list";
import { CallMeNow } from "./call-me-now";
import { DayNumbers } from "./day-numbers";
import { fetchMyDay, MY_DAY_KEY } from "./desk-api";
import css from "./desk-page.module.css";

/** The shift between two calls: how the day goes, whom to ring back, who called. */
export function DeskPage() {
  const { t } = useLingui();
  const format = useFormat();
  const { server } = useSession();
  const day = useQuery({ queryKey: MY_DAY_KEY, queryFn: fetchMyDay, refetchInterval: 60_000 });
  const today = new Intl.DateTimeFormat(format.locale === "en" ? "en-GB" : "ru-RU", {
    timeZone: format.place.zone,
    weekday: "long",
    day: "numeric",
    month: "long",
  }).format(new Date(serverNow()));
  return (
    <div className={css.page}>
      <div className={css.inside}>
        <header className={css.head}>
          <div>
            <h1>{t`Рабочее место`}</h1>
            <p className={css.today}>{today}</p>
          </div>
          {server.is_demo && <CallMeNow />}
        </header>
        {day.isPending && <Skeleton lines={6} height={48} />}
        {day.isError && !day.data && (
          <LoadFailure error={day.error} onRetry={() => void day.refetch()} />
        )}
        {day.data && (
          <>
            <DayNumbers day={day.data} />
            <div className={css.lists}>
              <CallList
                title={t`Перезвонить`}
                empty={t`Пропущенных нет`}
                hint={t`Когда кто-то не дозвонится, он появится здесь.`}
                calls={day.data.missed_calls}
                hasMissedKey
                more={<Link to="/missed-calls">{t`Все пропущенные`}</Link>}
              />
              <CallList
                title={t`Последние звонки`}
                empty={t`Сегодня звонков ещё не было`}
                hint={t`Карточка появится в углу, как только телефон зазвонит.`}
                calls={day.data.recent_calls}
              />
            </div>
          </>
        )}
      </div>
    </div>
  );
}
