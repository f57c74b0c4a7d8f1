import { useLingui } from "@lingui/react/macro";
import { IconArrowsExchange } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { formatTimer } from "@/lib/format-time";
import type { Baton } from "@/lib/wire";
import css from "./card-baton.module.css";

/** Who hands the caller over, or asks about one, what it has taken so far, and what was written. */
export function CardBaton({ baton }: { baton: Baton }) {
  const { t } = useLingui();
  const { extension, name } = baton.from;
  const by = name ?? extension ?? t`АТС`;
  const about = baton.client?.name ?? baton.number_formatted ?? baton.number;
  const spent = formatTimer(baton.spent_seconds);
  const isAsked = baton.kind === "consultation";
  const head = !isAsked
    ? t`Передаёт ${by}`
    : about
      ? t`${by} спрашивает: ${about}`
      : t`Спрашивает ${by}`;
  return (
    <section className={css.baton} aria-label={head}>
      <p className={css.head}>
        <IconArrowsExchange size={16} stroke={1.7} aria-hidden="true" />
        <span>
          {head}
          {baton.spent_seconds >= 1 && (
            <span className={css.spent}> · {t`${spent} в разговоре`}</span>
          )}
        </span>
      </p>
      {isAsked && baton.client && (
        <Link
          className={css.open}
          to="/clients/$clientId"
          params={{ clientId: baton.client.id }}
        >{t`Открыть карточку`}</Link>
      )}
      {baton.note && (
        <p className={css.note} title={baton.note}>
          {baton.note}
        </p>
      )}
    </section>
  );
}
