import { useLingui } from "@lingui/react/macro";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useQueueTitles } from "@/features/calls/use-queue-title";
import { useNow } from "@/lib/clock";
import { formatCount } from "@/lib/format-time";
import { useFormat } from "@/lib/use-format";
import type { BoardQueue } from "@/lib/wire";
import css from "./board-page.module.css";

const LONG_SECONDS = 60;

/** Queue by queue: who waits and how long, who is there to answer, what became of today's callers. */
export function BoardQueues({ queues, since }: { queues: readonly BoardQueue[]; since: string }) {
  const { t } = useLingui();
  const format = useFormat();
  const now = useNow();
  const titleOf = useQueueTitles();
  const count = (queue: BoardQueue, result: string, value: number) => (
    <Link to="/journal" search={{ queue: queue.name, result, from: since, status: "ended" }}>
      {formatCount(value)}
    </Link>
  );
  return (
    <section className={css.card} aria-label={t`Очереди`}>
      <h2>{t`Очереди`}</h2>
      {queues.length === 0 ? (
        <p className={css.empty}>{t`АТС ещё не назвала ни одной очереди.`}</p>
      ) : (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t`Очередь`}</th>
              <th scope="col" className={css.number}>{t`Ждут`}</th>
              <th scope="col">{t`Дольше всех`}</th>
              <th scope="col" className={css.number}>{t`Готовы`}</th>
              <th scope="col" className={css.number}>{t`Перерыв`}</th>
              <th scope="col" className={css.number}>{t`Отвечено`}</th>
              <th scope="col" className={css.number}>{t`Потеряно`}</th>
              <th scope="col">{t`Уровень сервиса`}</th>
            </tr>
          </thead>
          <tbody>
            {queues.map((queue) => {
              const waited = queue.longest_since
                ? (now - Date.parse(queue.longest_since)) / 1000
                : 0;
              return (
                <tr key={`${queue.pbx}/${queue.name}`}>
                  <td>{titleOf(queue.pbx, queue.name)}</td>
                  <td>
                    <Link to="/journal" search={{ queue: queue.name, status: "queued,ringing" }}>
                      {formatCount(queue.waiting)}
                    </Link>
                  </td>
                  <td>
                    {waited > LONG_SECONDS ? (
                      <span className={css.alarm}>
                        <IconAlertTriangle size={15} stroke={1.8} aria-hidden="true" />
                        {t`${format.duration(waited)}, долго`}
                      </span>
                    ) : (
                      waited >= 1 && format.duration(waited)
                    )}
                  </td>
                  <td>{formatCount(queue.members_ready)}</td>
                  <td>{formatCount(queue.members_paused)}</td>
                  <td>{count(queue, "answered", queue.answered)}</td>
                  <td>{count(queue, "abandoned", queue.abandoned)}</td>
                  <td className={css.service}>
                    <QueueService queue={queue} since={since} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}

const POOR_SHARE = 0.8;

/** The share of today's callers that were answered in the queue's time. Few calls say little: both numbers stand there. */
function QueueService({ queue, since }: { queue: BoardQueue; since: string }) {
  const { t } = useLingui();
  const { seconds, within, offered } = queue.service;
  const all = { queue: queue.name, from: since, status: "ended" };
  if (offered === 0) return "—";
  const percent = Math.round((within / offered) * 100);
  const isPoor = within / offered < POOR_SHARE;
  return (
    <>
      <Link
        to="/journal"
        search={{ ...all, answered_within: seconds }}
        className={isPoor ? css.alarm : undefined}
        title={t`отвечено за ${seconds} с и быстрее: ${within}`}
      >
        {isPoor && <IconAlertTriangle size={15} stroke={1.8} aria-hidden="true" />}
        {percent} %
      </Link>{" "}
      <span className={css.under}>
        <Link to="/journal" search={all}>{t`${within} из ${offered}`}</Link> · {t`${seconds} с`}
      </span>
    </>
  );
}
