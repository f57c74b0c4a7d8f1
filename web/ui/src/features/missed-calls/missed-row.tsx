import { useLingui } from "@lingui/react/macro";
import { IconPhoneCall } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Button } from "@/components/button";
import { Tag } from "@/components/tag";
import { useMe } from "@/features/session/session-context";
import { secondsSince } from "@/lib/clock";
import { formatNumber } from "@/lib/format-number";
import { formatMoney } from "@/lib/money";
import { useFormat } from "@/lib/use-format";
import type { MissedCall } from "@/lib/wire";
import css from "./missed-calls-page.module.css";
import { waitingWords } from "./waiting-words";

type Props = {
  missed: MissedCall;
  now: number;
  queue: string;
  isBusy: boolean;
  onCallBack: () => void;
  onWriteOff: () => void;
};

/** Somebody whom nobody answered: what is at stake, who is to ring back, and the way to do it. */
export function MissedRow({ missed, now, queue, isBusy, onCallBack, onWriteOff }: Props) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const isOpen = missed.state === "outstanding";
  const number = missed.number ? formatNumber(missed.number) : "";
  const waited = isOpen ? secondsSince(missed.since, now) : missed.waiting_seconds;
  const who = missed.client?.name ?? number;
  return (
    <tr data-missed={missed.id}>
      <td className={css.who}>
        {missed.client ? (
          <Link to="/clients/$clientId" params={{ clientId: missed.client.id }}>
            {who}
          </Link>
        ) : (
          <strong>{who || t`Номер скрыт`}</strong>
        )}
        {missed.client && <span className={css.under}>{number}</span>}
      </td>
      <td className={css.number}>
        {waitingWords(i18n, waited)}
        <span className={css.under}>{format.whenShort(missed.since, now)}</span>
      </td>
      <td className={css.count}>{missed.times_called}</td>
      <td className={css.count}>{missed.times_tried || "–"}</td>
      <td className={css.money}>
        {missed.deals.sums.map((sum) => (
          <span key={sum.currency}>{formatMoney(sum.amount_minor, sum.currency)}</span>
        ))}
      </td>
      <td>{queue}</td>
      <td>{missed.assignee?.name ?? <span className={css.quiet}>{t`Любой из команды`}</span>}</td>
      <td className={css.act}>
        {isOpen ? (
          <Actions missed={missed} {...{ now, who, isBusy, onCallBack, onWriteOff }} />
        ) : (
          <Ended missed={missed} now={now} />
        )}
      </td>
    </tr>
  );
}

type ActionsProps = Omit<Props, "queue"> & { who: string };

function Actions({ missed, now, who, isBusy, onCallBack, onWriteOff }: ActionsProps) {
  const { t } = useLingui();
  const format = useFormat();
  const me = useMe();
  const claim = missed.claim && Date.parse(missed.claim.until) > now ? missed.claim : null;
  const holder = claim?.user.name ?? "";
  const until = claim ? format.time(claim.until) : "";
  const isTaken = claim !== null && claim.user.id !== me.id;
  return (
    <div className={css.actions}>
      {!isTaken && (
        <>
          <Button
            size="s"
            kind="live"
            data-call-back
            isBusy={isBusy}
            aria-label={t`Перезвонить: ${who}`}
            onClick={onCallBack}
          >
            <IconPhoneCall size={16} stroke={1.7} aria-hidden="true" />
            {t`Перезвонить`}
          </Button>
          <Button size="s" aria-label={t`Списать: ${who}`} onClick={onWriteOff}>
            {t`Списать`}
          </Button>
        </>
      )}
      {claim && (
        <Tag tone={isTaken ? "warn" : "live"}>
          {isTaken ? t`Звонит ${holder}, до ${until}` : t`За вами до ${until}`}
        </Tag>
      )}
    </div>
  );
}

function Ended({ missed, now }: { missed: MissedCall; now: number }) {
  const { t } = useLingui();
  const format = useFormat();
  if (missed.settled) {
    const { how, at, call_id: callId } = missed.settled;
    return (
      <Link to="/calls/$callId" params={{ callId }}>
        {how === "we_called" ? t`Перезвонили` : t`Дозвонились сами`}, {format.whenShort(at, now)}
      </Link>
    );
  }
  if (!missed.written_off) return null;
  const { reason, by, at } = missed.written_off;
  return (
    <>
      {reason}
      <span className={css.under}>
        {[by?.name, format.whenShort(at, now)].filter(Boolean).join(", ")}
      </span>
    </>
  );
}
