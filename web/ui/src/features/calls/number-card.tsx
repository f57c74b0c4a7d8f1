import { useLingui } from "@lingui/react/macro";
import { Tag } from "@/components/tag";
import { DialNumber } from "@/features/calling/dial-number";
import fields from "@/features/clients/client-fields.module.css";
import { formatNumber } from "@/lib/format-number";
import type { Call, Card } from "@/lib/wire";
import { numberOf } from "./call-names";
import { CandidateChooser } from "./candidate-chooser";
import css from "./number-card.module.css";
import { QuickCreate } from "./quick-create-later";
import { useQueueTitle } from "./use-queue-title";

type Props = { call: Call; card: Card | null; onKnown: (clientId: string) => void };

/** What is known of a number, and the two fields that make a client of it. */
export function NumberCard({ call, card, onKnown }: Props) {
  const { t } = useLingui();
  const queue = useQueueTitle(call);
  const candidates = card?.candidates ?? [];
  const rows = [
    [t`Откуда`, card?.place],
    [t`Имя в сети`, call.caller_name],
    [t`Куда звонит`, call.direction === "inbound" && call.did && formatNumber(call.did)],
    [t`Очередь`, queue],
  ] as const;
  return (
    <>
      <div className={fields.tags}>
        <Tag>{call.direction === "internal" ? t`Внутренний звонок` : t`Без карточки`}</Tag>
      </div>
      <div className={css.top}>
        <h1 className={css.number}>{numberOf(call, card?.number_formatted) ?? t`Номер скрыт`}</h1>
        {!call.is_withheld && call.status === "ended" && <DialNumber number={call.number} />}
      </div>
      <div className={css.rows}>
        {rows.map(
          ([label, value]) =>
            value && (
              <div className={fields.row} key={label}>
                <span className={fields.label}>{label}</span>
                <span>{value}</span>
              </div>
            ),
        )}
      </div>
      {candidates.length > 0 && <CandidateChooser callId={call.id} candidates={candidates} />}
      {call.direction !== "internal" && (
        <>
          <h2 className={fields.section}>{t`Кто это?`}</h2>
          <QuickCreate call={call} onDone={onKnown} />
        </>
      )}
    </>
  );
}
