import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useNow } from "@/lib/clock";
import { formatCount } from "@/lib/format-time";
import { useFormat } from "@/lib/use-format";
import type { Board } from "@/lib/wire";
import css from "./board-page.module.css";

const WAITING = { direction: "inbound" as const, status: "queued,ringing" };
const MISSED = "abandoned,no_answer,busy,declined,failed";

/** The floor in some numbers. Those of today open the calls that they count. */
export function BoardFigures({ board }: { board: Board }) {
  const { t } = useLingui();
  const format = useFormat();
  const now = useNow();
  const waiting = board.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const longest = board.queues
    .flatMap((queue) => (queue.longest_since ? [Date.parse(queue.longest_since)] : []))
    .toSorted((first, second) => first - second)[0];
  const inState = (state: string) => board.agents.filter((agent) => agent.state === state).length;
  const ms = (value: number | null) => (value === null ? "—" : t`${Math.round(value)} мс`);
  const today = { from: board.day_from, status: "ended", direction: "inbound" as const };
  const wrapUp = inState("wrap_up");
  const pops = { from: board.day_from, status: "ended" };
  const { p50_ms: p50, p95_ms: p95 } = board.pop;
  const unseen = board.pop.sent - board.pop.painted;
  return (
    <dl className={css.figures}>
      <div data-tone={waiting > 0 ? "bad" : undefined}>
        <dt>{t`Ждут`}</dt>
        <dd>
          <Link to="/journal" search={WAITING}>
            {formatCount(waiting)}
          </Link>
        </dd>
      </div>
      <div>
        <dt>{t`Дольше всех`}</dt>
        <dd>
          <Link to="/journal" search={WAITING}>
            {longest ? format.duration((now - longest) / 1000) : "0"}
          </Link>
        </dd>
      </div>
      <div data-tone="live">
        <dt>{t`На линии`}</dt>
        <dd>
          <Link to="/journal" search={{ status: "answered,on_hold" }}>
            {formatCount(inState("on_call"))}
          </Link>
        </dd>
      </div>
      <div>
        <dt>{t`Готовы`}</dt>
        <dd>
          <a href="#board-agents">{formatCount(inState("ready"))}</a>
        </dd>
      </div>
      <div data-tone={wrapUp > 0 ? "warn" : undefined}>
        <dt>{t`Обработка`}</dt>
        <dd>
          <a href="#board-agents">{formatCount(wrapUp)}</a>
        </dd>
      </div>
      <div>
        <dt>{t`На перерыве`}</dt>
        <dd>
          <a href="#board-agents">{formatCount(inState("paused"))}</a>
        </dd>
      </div>
      <div>
        <dt>{t`Отвечено сегодня`}</dt>
        <dd>
          <Link to="/journal" search={{ ...today, result: "answered" }}>
            {formatCount(board.answered)}
          </Link>
        </dd>
      </div>
      <div data-tone={board.missed > 0 ? "bad" : undefined}>
        <dt>{t`Пропущено сегодня`}</dt>
        <dd>
          <Link to="/journal" search={{ ...today, result: MISSED }}>
            {formatCount(board.missed)}
          </Link>
        </dd>
      </div>
      <div>
        <dt>{t`Звонок → карточка`}</dt>
        <dd title={t`половина карточек показана не дольше`}>
          <Link to="/journal" search={{ ...pops, card: "painted" }}>
            {ms(p50)}
          </Link>
        </dd>
        <dd className={css.under}>
          <Link
            to="/journal"
            search={{ ...pops, card: "painted", card_slower_ms: Math.floor(p95 ?? 0) || undefined }}
          >
            {t`95 %: ${ms(p95)}`}
          </Link>
        </dd>
      </div>
      <div data-tone={unseen > 0 ? "bad" : undefined}>
        <dt>{t`Карточки не увидели`}</dt>
        <dd>
          <Link to="/journal" search={{ ...pops, card: "unpainted" }}>
            {formatCount(unseen)}
          </Link>
        </dd>
        <dd className={css.under}>{t`из ${board.pop.sent}`}</dd>
      </div>
    </dl>
  );
}
