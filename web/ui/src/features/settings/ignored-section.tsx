import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import { formatNumber } from "@/lib/format-number";
import type { IgnoredNumber, NewIgnoredNumber } from "@/lib/wire";
import { FormFailure } from "./form-failure";
import { createIgnored, deleteIgnored, fetchIgnored, IGNORED_KEY } from "./office-api";
import css from "./settings.module.css";
import { AUDIT_KEY } from "./settings-api";
import { SettingsSection } from "./settings-section";

const NEW: NewIgnoredNumber = {
  number: "",
  is_prefix: false,
  shows_no_card: true,
  makes_no_task: true,
  is_blocked: false,
  reason: "",
};

/** Numbers that nobody needs to see ringing. */
export function IgnoredSection() {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(NEW);
  const numbers = useQuery({ queryKey: IGNORED_KEY, queryFn: fetchIgnored });
  const onSuccess = () => {
    for (const queryKey of [IGNORED_KEY, AUDIT_KEY]) void queries.invalidateQueries({ queryKey });
  };
  const creation = useMutation({
    mutationFn: () => createIgnored(draft),
    onSuccess: () => {
      setDraft(NEW);
      onSuccess();
    },
  });
  const removal = useMutation({ mutationFn: deleteIgnored, onSuccess });
  const set = (change: Partial<NewIgnoredNumber>) => setDraft({ ...draft, ...change });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.number.trim() && !creation.isPending) creation.mutate();
  };
  const wordsOf = (one: IgnoredNumber) =>
    [
      one.is_blocked && t`в чёрном списке`,
      one.shows_no_card && t`без карточки`,
      (one.makes_no_task || one.is_blocked) && t`без задачи «перезвонить»`,
    ]
      .filter(Boolean)
      .join(", ");
  return (
    <SettingsSection
      title={t`Номера без карточки`}
      lead={t`Лифт, сигнализация, свой факс: звонок останется в журнале, но никого не отвлечёт. Чёрный список действует, если АТС спрашивает Allo, кто звонит.`}
      objects={["ignored_number"]}
    >
      <form className={css.panel} onSubmit={submit}>
        <div className={css.pair}>
          <label className={css.label}>
            {t`Номер или его начало`}
            <input
              className={css.field}
              inputMode="tel"
              maxLength={64}
              value={draft.number}
              onChange={(event) => set({ number: event.currentTarget.value })}
            />
          </label>
          <label className={css.label}>
            {t`Почему`}
            <input
              className={css.field}
              maxLength={300}
              value={draft.reason}
              onChange={(event) => set({ reason: event.currentTarget.value })}
            />
          </label>
        </div>
        <div className={css.row}>
          {(
            [
              ["is_prefix", t`Все номера, которые так начинаются`],
              ["shows_no_card", t`Не показывать карточку`],
              ["makes_no_task", t`Не ставить задачу «перезвонить»`],
              ["is_blocked", t`Чёрный список: АТС отклонит звонок`],
            ] as const
          ).map(([field, word]) => (
            <label key={field} className={css.check}>
              <input
                type="checkbox"
                checked={draft[field]}
                onChange={(event) => set({ [field]: event.currentTarget.checked })}
              />
              {word}
            </label>
          ))}
        </div>
        <FormFailure error={creation.error ?? removal.error} />
        <div className={css.actions}>
          <Button
            type="submit"
            kind="primary"
            isBusy={creation.isPending}
            isOff={!draft.number.trim()}
          >{t`Добавить номер`}</Button>
        </div>
      </form>
      {numbers.isPending && <Skeleton lines={3} height={22} />}
      {numbers.isError && (
        <LoadFailure error={numbers.error} onRetry={() => void numbers.refetch()} />
      )}
      {numbers.data?.length === 0 && <p className={css.quiet}>{t`Таких номеров нет.`}</p>}
      {numbers.data && numbers.data.length > 0 && (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t`Номер`}</th>
              <th scope="col">{t`Как`}</th>
              <th scope="col">{t`Почему`}</th>
              <th scope="col">
                <span className="visually-hidden">{t`Действия`}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {numbers.data.map((one) => (
              <tr key={one.id}>
                <td className={css.name}>
                  {one.is_prefix ? `${one.number}…` : formatNumber(one.number)}
                </td>
                <td>{wordsOf(one)}</td>
                <td>{one.reason}</td>
                <td>
                  <Button
                    size="s"
                    aria-label={t`Убрать: ${one.number}`}
                    onClick={() => removal.mutate(one.id)}
                  >
                    {t`Убрать`}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </SettingsSection>
  );
}
