import { useLingui } from "@lingui/react/macro";
import { secondsSince, useNow } from "@/lib/clock";
import { formatTimer } from "@/lib/format-time";
import { useLive } from "./live-store";
import { presenceOf } from "./presence";
import css from "./presence-chip.module.css";
import { useWrapUp } from "./wrap-up";

/** What my line does now: a dot, a word, and since when. */
export function PresenceChip() {
  const { t } = useLingui();
  const { calls, lostAt } = useLive();
  const wrapUp = useWrapUp((store) => store.calls);
  const now = useNow();
  const { state, since } = presenceOf(calls, wrapUp, lostAt !== null);
  const words = {
    ready: t`Готов`,
    ringing: t`Звонит`,
    on_call: t`На линии`,
    wrap_up: t`Постобработка`,
    lost: t`Нет связи`,
  };
  return (
    <div className={css.chip} data-state={state} role="group" aria-label={t`Состояние линии`}>
      <i className={css.dot} aria-hidden="true" />
      <span className={css.word}>{words[state]}</span>
      {since && <span className={css.timer}>{formatTimer(secondsSince(since, now))}</span>}
    </div>
  );
}
