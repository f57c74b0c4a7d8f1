import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { Sheet } from "@/components/sheet";
import css from "@/features/deals/deal-form.module.css";
import { TASKS_KEY } from "@/features/tasks/tasks-api";
import { formatNumber } from "@/lib/format-number";
import { Problem } from "@/lib/problem";
import { reasonOf } from "@/lib/reasons";
import type { MissedCall } from "@/lib/wire";
import { MISSED_KEY, writeOffMissedCall } from "./missed-calls-api";

type Props = { missed: MissedCall; onClose: () => void };

/** Why nobody is to ring back. A caller is never given up without a word. */
export function WriteOff({ missed, onClose }: Props) {
  const { t, i18n } = useLingui();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const usual = [t`Реклама`, t`Ошиблись номером`, t`Ответили письмом`, t`Не отвечает неделю`];
  const who = missed.client?.name ?? formatNumber(missed.number ?? "");
  const saving = useMutation({
    mutationFn: (text: string) => writeOffMissedCall(missed.id, text),
    onSuccess: () => {
      for (const queryKey of [MISSED_KEY, TASKS_KEY]) void queries.invalidateQueries({ queryKey });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() && !saving.isPending) saving.mutate(reason.trim());
  };
  const detail = saving.error instanceof Problem ? reasonOf(i18n, saving.error) : "";
  return (
    <Sheet title={t`Почему не перезваниваем: ${who}?`} onClose={onClose}>
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
            <Button
              key={text}
              size="s"
              isBusy={saving.isPending}
              onClick={() => saving.mutate(text)}
            >
              {text}
            </Button>
          ))}
        </div>
        {saving.isError && (
          <p className={css.failure} role="alert">
            {detail ? t`Не списано: ${detail}` : t`Не списалось. Попробуйте ещё раз.`}
          </p>
        )}
        <div className={css.actions}>
          <Button
            type="submit"
            kind="primary"
            isBusy={saving.isPending}
            isOff={!reason.trim()}
          >{t`Списать`}</Button>
          <Button onClick={onClose}>{t`Отмена`}</Button>
        </div>
      </form>
    </Sheet>
  );
}
