import { useLingui } from "@lingui/react/macro";
import { secondsSince, useNow } from "@/lib/clock";
import { formatTimer } from "@/lib/format-time";
import { useFormat } from "@/lib/use-format";
import type { LiveCall } from "../calls-state";

const MINUTE = 60;

/** How long the caller waits, or how it ended. */
export function CardState({ live }: { live: LiveCall }) {
  const { t } = useLingui();
  const format = useFormat();
  const now = useNow();
  const { ending } = live;
  if (ending?.kind === "elsewhere") {
    return <span className="nowrap">{ending.by ? t`Ответил ${ending.by}` : t`Уже ответили`}</span>;
  }
  if (ending?.kind === "missed") {
    const waited = format.duration(ending.waitSeconds);
    return <span className="nowrap tabular">{t`Пропущен, ждал ${waited}`}</span>;
  }
  if (ending) return <span className="nowrap">{t`Звонок завершён`}</span>;
  if (!live.isRingingHere) return <span className="nowrap">{t`Разговор идёт`}</span>;
  const seconds = secondsSince(live.card?.waiting_since ?? live.call.started_at, now);
  const waiting = seconds < MINUTE ? format.duration(seconds) : formatTimer(seconds);
  return <span className="nowrap tabular">{t`ждёт ${waiting}`}</span>;
}
