import { useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import settings from "@/features/settings/settings.module.css";
import type { NumberExplained } from "@/lib/wire";
import { PbxFailure } from "./pbx-failure";
import css from "./pbx-links.module.css";
import { explainNumber } from "./pbx-links-api";

/** Type a number, see how it is understood. */
export function NumberTester() {
  const { t } = useLingui();
  const [number, setNumber] = useState("");
  const asking = useMutation({ mutationFn: () => explainNumber(number.trim()) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (number.trim() && !asking.isPending) asking.mutate();
  };
  return (
    <form className={settings.panel} onSubmit={submit}>
      <h3>{t`Как мы поймём номер`}</h3>
      <div className={settings.row}>
        <input
          className={settings.field}
          aria-label={t`Номер`}
          placeholder="8 343 288-14-07"
          autoComplete="off"
          maxLength={128}
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
        <Button
          type="submit"
          isBusy={asking.isPending}
          isOff={!number.trim()}
        >{t`Объяснить`}</Button>
      </div>
      <PbxFailure error={asking.error} />
      <div role="status">{asking.data && <Story told={asking.data} />}</div>
    </form>
  );
}

function Story({ told }: { told: NumberExplained }) {
  const { t } = useLingui();
  const kinds: Record<NumberExplained["kind"], string> = {
    withheld: t`номер скрыт`,
    emergency: t`экстренная служба`,
    extension: t`внутренний номер`,
    trunk: t`внешняя линия`,
    short: t`короткий номер`,
    outside: t`внешний номер`,
    unreadable: t`не похоже на номер`,
  };
  const findings: Record<NumberExplained["finding"], string> = {
    one: t`номер записан у одного клиента`,
    several: t`номер записан у нескольких: спросим, кто звонит`,
    by_tail: t`последние десять цифр есть только у этого клиента`,
    tail_ambiguous: t`последние десять цифр есть у нескольких: никого не угадываем`,
    too_short: t`слишком короткий, чтобы искать клиента`,
    withheld: t`искать не по чему`,
    none: t`такого номера нет ни у кого: предложим создать клиента`,
  };
  const rows: [string, string | null | undefined][] = [
    [t`Что это`, kinds[told.kind]],
    [t`Номер`, told.formatted ?? told.number],
    [t`Откуда`, told.place],
    [t`АТС`, told.pbx],
    [t`Чей`, told.user_name],
  ];
  return (
    <dl className={css.story}>
      {rows.map(
        ([word, value]) =>
          value && (
            <div key={word}>
              <dt>{word}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
      <div>
        <dt>{t`Клиент`}</dt>
        <dd>
          {told.clients.map(({ id, name }) => (
            <Link key={id} to="/clients/$clientId" params={{ clientId: id }} className={css.client}>
              {name}
            </Link>
          ))}
          <span className={settings.quiet}>{findings[told.finding]}</span>
        </dd>
      </div>
      {told.ignored && (
        <div>
          <dt>{t`Карточка`}</dt>
          <dd>
            {told.ignored.shows_no_card ? t`не показывается` : t`показывается`}
            {told.ignored.reason && <span className={settings.quiet}> {told.ignored.reason}</span>}
          </dd>
        </div>
      )}
    </dl>
  );
}
