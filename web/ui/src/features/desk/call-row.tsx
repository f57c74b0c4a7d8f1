import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { DialNumber } from "@/features/calling/dial-number";
import { CallIcon } from "@/features/calls/call-icon";
import { numberOf, titleOf } from "@/features/calls/call-names";
import { callWord, isMissed, resultWord } from "@/features/calls/result-words";
import { useQueueTitle } from "@/features/calls/use-queue-title";
import { useNow } from "@/lib/clock";
import { useFormat } from "@/lib/use-format";
import type { Call } from "@/lib/wire";
import css from "./call-list.module.css";

/** One call in one row: who, what became of it, when. */
export function CallRow({ call }: { call: Call }) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const queue = useQueueTitle(call);
  const now = useNow();
  const missed = isMissed(call);
  const waited = format.duration(call.wait_seconds);
  const facts = [
    call.client && numberOf(call),
    call.status !== "ended" && t`идёт сейчас`,
    call.talk_seconds > 0 && format.duration(call.talk_seconds),
    call.talk_seconds === 0 && !missed && resultWord(i18n, call.result),
    missed && call.wait_seconds >= 1 && t`ожидание ${waited}`,
    queue && t`очередь «${queue}»`,
  ].filter(Boolean);
  const content = (
    <>
      <span
        className={css.icon}
        data-tone={missed ? "bad" : call.direction === "inbound" ? "live" : ""}
      >
        <CallIcon call={call} />
      </span>
      <span>
        <span className={css.name}>{titleOf(i18n, call)}</span>
        <span className={css.under}>
          <span className="visually-hidden">{callWord(i18n, call)} </span>
          {facts.join(" · ")}
        </span>
      </span>
      <time className={css.when} dateTime={call.started_at}>
        {format.whenShort(call.started_at, now)}
      </time>
    </>
  );
  return (
    <li className={css.item}>
      {call.client ? (
        <Link
          className={css.row ?? ""}
          to="/clients/$clientId"
          params={{ clientId: call.client.id }}
        >
          {content}
        </Link>
      ) : (
        <Link className={css.row ?? ""} to="/calls/$callId" params={{ callId: call.id }}>
          {content}
        </Link>
      )}
      {!call.is_withheld && call.status === "ended" && (
        <span className={css.dial}>
          <DialNumber number={call.number} clientId={call.client?.id} name={call.client?.name} />
        </span>
      )}
    </li>
  );
}
