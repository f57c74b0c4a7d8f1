import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { Sheet } from "@/components/sheet";
import type { TeamEntry } from "@/lib/wire";
import { FormFailure } from "./form-failure";
import css from "./settings.module.css";
import { ACCOUNTS_KEY, AUDIT_KEY, dissolveTeam, renameTeam, TEAMS_KEY } from "./settings-api";

type Props = { team: TeamEntry; others: readonly TeamEntry[]; onClose: () => void };

/** A team's name, and its end: what it has goes into another. */
export function TeamEditor({ team, others, onClose }: Props) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [name, setName] = useState(team.name);
  const [into, setInto] = useState(others[0]?.id ?? "");
  const onSuccess = () => {
    for (const queryKey of [TEAMS_KEY, ACCOUNTS_KEY, AUDIT_KEY])
      void queries.invalidateQueries({ queryKey });
    onClose();
  };
  const renaming = useMutation({ mutationFn: () => renameTeam(team.id, name.trim()), onSuccess });
  const ending = useMutation({ mutationFn: () => dissolveTeam(team.id, into), onSuccess });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() && !renaming.isPending) renaming.mutate();
  };
  return (
    <Sheet title={team.name} onClose={onClose}>
      <form className={css.form} onSubmit={submit}>
        <label className={css.label}>
          {t`Название`}
          <input
            className={css.field}
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <FormFailure error={renaming.error} />
        <div className={css.actions}>
          <Button
            type="submit"
            kind="primary"
            isBusy={renaming.isPending}
            isOff={!name.trim()}
          >{t`Сохранить`}</Button>
        </div>
      </form>
      {!team.is_first && others.length > 0 && (
        <div className={css.form}>
          <h3>{t`Расформировать`}</h3>
          <label className={css.label}>
            {t`Люди, клиенты, сделки и задачи переходят в команду`}
            <select
              className={css.field}
              value={into}
              onChange={(event) => setInto(event.currentTarget.value)}
            >
              {others.map(({ id, name: title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          <FormFailure error={ending.error} />
          <div className={css.actions}>
            <Button isBusy={ending.isPending} onClick={() => ending.mutate()}>
              {t`Расформировать`}
            </Button>
          </div>
        </div>
      )}
    </Sheet>
  );
}
