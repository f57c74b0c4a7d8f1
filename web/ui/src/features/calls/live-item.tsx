import { useLingui } from "@lingui/react/macro";
import { IconPhoneIncoming, IconPhoneOutgoing } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/button";
import { KeyCap } from "@/components/key-cap";
import { CallControls } from "@/features/calling/call-controls";
import { TimelineRow } from "@/features/clients/timeline-row";
import { CallPromises } from "@/features/promises/call-promises";
import { NextStepChips } from "@/features/tasks/next-step-chips";
import { isResultMissing as isRefused } from "@/lib/problem";
import { useFormat } from "@/lib/use-format";
import { useHotKey } from "@/lib/use-hot-key";
import type { Call } from "@/lib/wire";
import { CallNote } from "./call-note";
import { finishCall } from "./calls-api";
import { DispositionChips } from "./disposition-chips";
import css from "./live-item.module.css";
import { acknowledge } from "./live-store";
import { notes } from "./notes-in-flight";
import { useIsResultDemanded, useQueueTitle } from "./use-queue-title";
import { finishWrapUp } from "./wrap-up";

export type LivePhase = "ringing" | "talk" | "wrap_up";

type Props = { call: Call; phase: LivePhase; hasKeys: boolean };

/** The call that is on, at the top of the history: its note and its result. After the hang-up it stays until written up. */
export function LiveItem({ call, phase, hasKeys }: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const queue = useQueueTitle(call);
  const isWrapUp = phase === "wrap_up";
  const isDemanded = useIsResultDemanded(call);
  const [isAsking, setAsking] = useState(false);
  const putAside = () => {
    finishWrapUp(call.id);
    acknowledge({ type: "wrapped_up", call_id: call.id });
  };
  const asking = useMutation({
    mutationFn: () => finishCall(call.id),
    onSuccess: putAside,
    onError: (error) => {
      // Whoever demands no result is not kept waiting for a server that is away.
      if (!isRefused(error) && !isDemanded) putAside();
    },
  });
  const finish = () => {
    void notes().flush(call.id);
    if (isDemanded && call.disposition === null) setAsking(true);
    else if (!asking.isPending) asking.mutate();
  };
  const isMissing = call.disposition === null && (isAsking || isRefused(asking.error));
  useHotKey("Ctrl+Enter", finish, { whileTyping: true, isOn: isWrapUp && hasKeys });
  const isDialling = phase === "talk" && call.answered_at === null;
  const titles = {
    ringing: t`Звонит`,
    talk: isDialling ? t`Вызываем` : t`Разговор идёт`,
    wrap_up: t`Разговор окончен`,
  };
  const waited = format.duration(call.wait_seconds);
  const talked = format.duration(call.talk_seconds);
  const facts = [
    queue && t`очередь «${queue}»`,
    phase === "talk" && !isDialling && call.wait_seconds >= 1 && t`ожидание ${waited}`,
    isWrapUp && call.talk_seconds >= 1 && t`говорили ${talked}`,
  ].filter(Boolean);
  const Icon = call.direction === "outbound" ? IconPhoneOutgoing : IconPhoneIncoming;
  return (
    <TimelineRow icon={<Icon size={16} stroke={1.7} />} tone={isWrapUp ? "warn" : "live"}>
      <section className={css.item} data-phase={phase} aria-label={titles[phase]}>
        <header className={css.head}>
          <h3>{titles[phase]}</h3>
          <span className={css.facts}>{facts.join(" · ")}</span>
          <time className={css.time} dateTime={call.started_at}>
            {format.time(call.started_at)}
          </time>
        </header>
        {phase !== "ringing" && (
          <>
            {phase === "talk" && (
              <div className={css.controls}>
                <CallControls call={call} />
              </div>
            )}
            <CallNote call={call} />
            <NextStepChips call={call} />
            <CallPromises call={call} hasKeys={hasKeys} />
            <div className={css.foot}>
              <DispositionChips call={call} hasKeys={hasKeys} />
              {isWrapUp && (
                <Button kind="primary" isBusy={asking.isPending} onClick={finish}>
                  {t`Готово`}
                  {hasKeys && <KeyCap tone="fill">Ctrl Enter</KeyCap>}
                </Button>
              )}
            </div>
            {isMissing ? (
              <p className={css.failure} role="alert">
                {t`Выберите итог: в этой очереди он обязателен.`}
              </p>
            ) : (
              asking.isError &&
              isWrapUp && (
                <p className={css.failure} role="alert">
                  {t`Сервер не ответил, звонок остался открытым. Попробуйте ещё раз.`}
                </p>
              )
            )}
          </>
        )}
      </section>
    </TimelineRow>
  );
}
