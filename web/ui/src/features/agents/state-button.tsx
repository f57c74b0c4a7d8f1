import { useLingui } from "@lingui/react/macro";
import { Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { useLive } from "@/features/calls/live-store";
import { useWrapUp } from "@/features/calls/wrap-up";
import { useMe } from "@/features/session/session-context";
import { secondsSince, useNow } from "@/lib/clock";
import { formatTimer } from "@/lib/format-time";
import { DeskItems, useDesk, useDesks } from "./desk-items";
import { useLine } from "./line-store";
import { PauseItems } from "./pause-items";
import { presenceOf } from "./presence";
import css from "./state-button.module.css";
import { StateFailure } from "./state-failure";
import { usePause } from "./use-pause";
import { useReasonTitle } from "./use-reasons";
import { WrapUpControls } from "./wrap-up-controls";

/** What my line does now, since when or for how long still; and, one click away, ready or a break. */
export function StateButton() {
  const { t } = useLingui();
  const me = useMe();
  const now = useNow();
  const { calls, lostAt } = useLive();
  const wrapUp = useWrapUp((store) => store.calls);
  const line = useLine((store) => store.line);
  const titleOf = useReasonTitle();
  const pause = usePause(me.id);
  const [failure, setFailure] = useState<Error | null>(null);
  const desk = useDesk(setFailure);
  const { data: desks = [] } = useDesks();
  const { state, since, until, reason, next } = presenceOf({
    calls,
    wrapUp,
    line,
    isLost: lostAt !== null,
  });
  const words = {
    ready: t`Готов`,
    ringing: t`Звонит`,
    on_call: t`На линии`,
    wrap_up: t`Постобработка`,
    paused: t`Перерыв`,
    offline: t`Не в сети`,
    lost: t`Нет связи`,
  };
  const word = reason ? `${words[state]}: ${titleOf(reason)}` : words[state];
  const seconds = until
    ? Math.max(0, Math.floor((Date.parse(until) - now) / 1000))
    : since && secondsSince(since, now);
  const hasQueues = line?.phones.some(({ queues }) => queues.length > 0) ?? false;
  const isHeld = state === "paused" || state === "wrap_up" || next !== null;
  const choose = (chosen: string | null) => {
    setFailure(null);
    pause.mutate(chosen, { onError: setFailure });
  };
  const chip = (
    <>
      <i className={css.dot} aria-hidden="true" />
      <span className={css.word}>{word}</span>
      {seconds !== null && <span className={css.timer}>{formatTimer(Number(seconds))}</span>}
      {next && <span className={css.next}>{t`потом ${titleOf(next)}`}</span>}
    </>
  );
  if (!hasQueues && desks.length === 0) {
    return (
      <div className={css.chip} data-state={state} role="group" aria-label={t`Состояние линии`}>
        {chip}
      </div>
    );
  }
  return (
    <>
      <Menu
        position="bottom-start"
        offset={6}
        withinPortal={false}
        transitionProps={{ duration: 0 }}
      >
        <Menu.Target>
          <button
            type="button"
            className={css.chip}
            data-state={state}
            aria-busy={pause.isPending || desk.isPending}
          >
            <span className="visually-hidden">{t`Состояние линии`}: </span>
            {chip}
            <IconChevronDown size={14} stroke={1.8} aria-hidden="true" />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {hasQueues && <PauseItems isPaused={isHeld} reason={reason ?? next} onChoose={choose} />}
          <DeskItems
            onChoose={(phone) => {
              setFailure(null);
              desk.mutate(phone);
            }}
          />
        </Menu.Dropdown>
      </Menu>
      {state === "wrap_up" && line?.wrap_up && (
        <WrapUpControls
          callId={line.wrap_up.call_id}
          onReady={() => choose(null)}
          onFailure={setFailure}
        />
      )}
      {failure && <StateFailure error={failure} onClose={() => setFailure(null)} />}
    </>
  );
}
