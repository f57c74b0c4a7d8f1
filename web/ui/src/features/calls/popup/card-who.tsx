import { useLingui } from "@lingui/react/macro";
import { Tag } from "@/components/tag";
import { numberOf, titleOf } from "../call-names";
import type { LiveCall } from "../calls-state";
import css from "./card-who.module.css";

/** The name large; without one the number is, and what it tells of its place. */
export function CardWho({ live }: { live: LiveCall }) {
  const { t, i18n } = useLingui();
  const { card, call } = live;
  const client = card?.client;
  const number = numberOf(call, card?.number_formatted);
  const hasName = Boolean(client ?? call.client);
  const isChoice = !hasName && (card?.candidates.length ?? 0) > 0;
  const under = hasName
    ? [client?.company?.name, number]
    : [card?.caller_name ?? call.caller_name, card?.place];
  const line = under.filter(Boolean).join(" · ");
  return (
    <span className={css.who}>
      <span className={css.first}>
        <span className={css.name} data-is-number={!hasName || undefined}>
          {titleOf(i18n, call, live)}
        </span>
        {client?.is_vip && <Tag tone="warn">VIP</Tag>}
        {isChoice && <Tag tone="accent">{t`несколько клиентов`}</Tag>}
      </span>
      {line && <span className={css.under}>{line}</span>}
    </span>
  );
}
