import { useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { Sheet } from "@/components/sheet";
import type { Deal } from "@/lib/wire";
import css from "./deal-form.module.css";

type Props = { deal: Deal; onSave: (reason: string) => void; onClose: () => void };

/** Why a deal was lost. Nobody loses one without a word. */
export function LostReason({ deal, onSave, onClose }: Props) {
  const { t } = useLingui();
  const [reason, setReason] = useState("");
  const usual = [t`Дорого`, t`Выбрали других`, t`Больше не нужно`, t`Не отвечает`];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim()) onSave(reason.trim());
  };
  return (
    <Sheet title={t`Почему проиграна «${deal.title}»?`} onClose={onClose}>
      <form className={css.form} onSubmit={submit}>
        <input
          className={css.field}
          aria-label={t`Причина`}
          placeholder={t`Причина`}
          maxLength={300}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <div className={css.choices}>
          {usual.map((text) => (
            <Button key={text} size="s" onClick={() => onSave(text)}>
              {text}
            </Button>
          ))}
        </div>
        <div className={css.actions}>
          <Button type="submit" kind="primary" isOff={!reason.trim()}>
            {t`Закрыть сделку`}
          </Button>
          <Button onClick={onClose}>{t`Отмена`}</Button>
        </div>
      </form>
    </Sheet>
  );
}
