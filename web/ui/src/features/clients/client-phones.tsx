import { useLingui } from "@lingui/react/macro";
import { Tag } from "@/components/tag";
import { DialNumber } from "@/features/calling/dial-number";
import { isTalkOf } from "@/features/calls/calls-state";
import { useLive } from "@/features/calls/live-store";
import type { Client } from "@/lib/wire";
import css from "./client-phones.module.css";
import { NewPhone } from "./new-phone";

/** The client's numbers; the one that is talking, or ringing, says so. */
export function ClientPhones({ client }: { client: Client }) {
  const { t } = useLingui();
  const calls = useLive((live) => live.calls);
  const stateOf = (number: string) => {
    const own = calls.calls.filter((live) => live.call.number === number && !live.ending);
    if (own.some((live) => isTalkOf(live.call, calls.me))) return "talk";
    return own.some((live) => live.isRingingHere) ? "ring" : null;
  };
  const labels: Record<string, string> = {
    mobile: t`мобильный`,
    work: t`рабочий`,
    home: t`домашний`,
    other: t`другой`,
  };
  return (
    <ul className={css.phones}>
      {client.phones.map((phone) => {
        const state = stateOf(phone.number);
        return (
          <li key={phone.number} className={css.phone}>
            <DialNumber number={phone.number} clientId={client.id} name={client.name} />
            <span className={css.number}>{phone.formatted}</span>
            {state === "talk" && <Tag tone="live">{t`на линии`}</Tag>}
            {state === "ring" && <Tag tone="live">{t`звонит`}</Tag>}
            {phone.label && <span className={css.label}>{labels[phone.label] ?? phone.label}</span>}
          </li>
        );
      })}
      <li>
        <NewPhone clientId={client.id} />
      </li>
    </ul>
  );
}
