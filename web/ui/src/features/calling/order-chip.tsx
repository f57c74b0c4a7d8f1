import { useLingui } from "@lingui/react/macro";
import { IconPhoneOff, IconPhoneOutgoing, IconX } from "@tabler/icons-react";
import { useEffect } from "react";
import { currentTalk } from "@/features/calls/calls-state";
import { useLive } from "@/features/calls/live-store";
import { formatNumber } from "@/lib/format-number";
import { hangUp } from "./calling-api";
import css from "./order-chip.module.css";
import { failureOf, refusalOf } from "./order-words";
import { dial, forgetOrder, useOrders } from "./orders";

const SHOWN_MS = 12_000;

/** In the call bar: the phone rings for my own click, or what came of the click instead of a talk. */
export function OrderChip() {
  const { t, i18n } = useLingui();
  const { wanted, order, isAsking, error } = useOrders();
  const hasTalk = useLive((live) => currentTalk(live.calls) !== null);
  const failure = error ? refusalOf(i18n, error) : order && failureOf(i18n, order);
  const isDone = order?.state === "answered";
  useEffect(() => {
    if (isDone) forgetOrder();
  }, [isDone]);
  useEffect(() => {
    if (!failure) return;
    const timer = setTimeout(forgetOrder, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [failure]);
  if (!wanted || isDone || (hasTalk && !failure)) return null;
  const who = wanted.name ?? formatNumber(wanted.number);
  if (failure) {
    const canRepeat = wanted.number !== "" && order?.state !== "unknown";
    return (
      <div className={css.chip} data-tone="bad" role="alert">
        <IconPhoneOff size={16} stroke={1.7} aria-hidden="true" />
        <span className={css.text}>
          <b>{who}</b> {failure}
        </span>
        {canRepeat && (
          <button type="button" className={css.action} onClick={() => dial(wanted)}>
            {t`Ещё раз`}
          </button>
        )}
        <button type="button" className={css.icon} onClick={forgetOrder} aria-label={t`Скрыть`}>
          <IconX size={15} stroke={1.7} aria-hidden="true" />
        </button>
      </div>
    );
  }
  const isLifted = order?.outcome === "agent_answered" || order?.outcome === "dialled";
  const callId = order?.kind === "call" ? order.call_id : null;
  return (
    <div className={css.chip} data-tone="live" role="status">
      <IconPhoneOutgoing size={16} stroke={1.7} aria-hidden="true" />
      <span className={css.text}>
        {isLifted ? t`Звоним:` : t`Снимите трубку:`} <b>{who}</b>
      </span>
      {callId && !isAsking && (
        <button
          type="button"
          className={css.action}
          onClick={() => {
            hangUp(callId).catch((refused) => useOrders.setState({ error: refused }));
          }}
        >
          {t`Отменить`}
        </button>
      )}
    </div>
  );
}
