import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useQueueTitles } from "@/features/calls/use-queue-title";
import { useNow } from "@/lib/clock";
import { formatNumber } from "@/lib/format-number";
import { formatTimer } from "@/lib/format-time";
import type { BoardCall } from "@/lib/wire";
import css from "./board-page.module.css";

/** The calls that go on: with whom, who of us, for how long. */
export function BoardCalls({ calls }: { calls: readonly BoardCall[] }) {
  const { t } = useLingui();
  const titleOf = useQueueTitles();
  const now = useNow();
  const words: Record<BoardCall["status"], string> = {
    queued: t`в очереди`,
    ringing: t`звонит`,
    answered: t`разговор`,
    on_hold: t`на удержании`,
    ended: t`завершён`,
  };
  return (
    <section className={css.card} aria-label={t`Звонки сейчас`}>
      <h2>
        {t`Звонки сейчас`} <span>{calls.length}</span>
      </h2>
      {calls.length === 0 && <p className={css.empty}>{t`Никто не звонит.`}</p>}
      <table className={css.table}>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{t`С кем`}</th>
            <th scope="col">{t`Кто из наших`}</th>
            <th scope="col">{t`Состояние`}</th>
            <th scope="col">{t`Сколько времени`}</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => {
            const isTalk = call.status === "answered" || call.status === "on_hold";
            const since = (isTalk && call.answered_at) || call.started_at;
            const name = call.is_withheld
              ? t`Номер скрыт`
              : (call.client?.name ?? (call.number ? formatNumber(call.number) : t`Номер скрыт`));
            return (
              <tr key={call.id} data-call={call.id}>
                <td>
                  {call.client ? (
                    <Link to="/clients/$clientId" params={{ clientId: call.client.id }}>
                      {name}
                    </Link>
                  ) : (
                    <Link to="/calls/$callId" params={{ callId: call.id }} className={css.whole}>
                      {name}
                    </Link>
                  )}
                </td>
                <td className={css.under}>
                  {call.agents.join(", ") || (call.queue && titleOf(call.pbx, call.queue))}
                </td>
                <td>
                  <span className={css.state} data-tone={isTalk ? "live" : "plain"}>
                    {words[call.status]}
                  </span>
                </td>
                <td className={css.number}>{formatTimer((now - Date.parse(since)) / 1000)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
