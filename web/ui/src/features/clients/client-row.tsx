import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Tag } from "@/components/tag";
import { DialNumber } from "@/features/calling/dial-number";
import type { ClientSummary } from "@/lib/wire";
import css from "./clients-table.module.css";
import { LastCallCell } from "./last-call-cell";

type Props = { client: ClientSummary; index: number; top: number; isSelected: boolean };

/** One client in the list. The whole row leads to the card. */
export function ClientRow({ client, index, top, isSelected }: Props) {
  const { t } = useLingui();
  const [phone, ...others] = client.phones;
  return (
    <tr
      aria-rowindex={index + 2}
      className={`${css.row} ${css.columns}`}
      data-selected={isSelected || undefined}
      style={{ transform: `translateY(${top}px)` }}
    >
      <td className={css.name}>
        <Link to="/clients/$clientId" params={{ clientId: client.id }}>
          {client.name}
        </Link>
        {client.is_vip && <Tag tone="warn">VIP</Tag>}
      </td>
      <td className={css.cell}>{client.kind === "company" ? t`компания` : client.company?.name}</td>
      <td className={`${css.cell} ${css.number}`}>
        {phone && (
          <span className={css.dial}>
            <DialNumber number={phone.number} clientId={client.id} name={client.name} />
          </span>
        )}
        {phone?.formatted}
        {others.length > 0 && <span className={css.more}> +{others.length}</span>}
      </td>
      <td className={css.cell}>{client.city}</td>
      <td className={css.cell}>{client.owner?.name}</td>
      <td className={css.cell}>{client.last_call && <LastCallCell last={client.last_call} />}</td>
    </tr>
  );
}
