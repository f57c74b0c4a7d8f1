import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { Sheet } from "@/components/sheet";
import type { TeamChange, TeamEntry, WorkingHours } from "@/lib/wire";
import { FormFailure } from "./form-failure";
import css from "./settings.module.css";
import { ACCOUNTS_KEY, AUDIT_KEY, changeTeam, dissolveTeam, TEAMS_KEY } from "./settings-api";
import { WorkingHoursField } from "./working-hours-field";

type Props = { team: TeamEntry; others: readonly TeamEntry[]; onClose: () => void };

/** A team's name and hours, and its end: what it has goes into another. */
export function TeamEditor({ team, others, onClose }: Props) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [name, setName] = useState(team.name);
  const [hours, setHours] = useState<WorkingHours | null | undefined>(team.working_hours);
  const isReady = name.trim() !== "" && hours !== undefined;
  const [into, setInto] = useState(others[0]?.id ?? "");
  const onSuccess = () => {
    for (const queryKey of [TEAMS_KEY, ACCOUNTS_KEY, AUDIT_KEY])
      void queries.invalidateQueries({ queryKey });
    onClose();
  };
  const changing = useMutation({
    mutationFn: () =>
      changeTeam(team.id, { name: name.trim(), working_hours: hours ?? null } as TeamChange),
    onSuccess,
  });
  const ending = useMutation({ mutationFn: () => dissolveTeam(team.id, into), onSuccess });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !changing.isPending) changing.mutate();
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
        <WorkingHoursField
          otherwise={t`как в офисе`}
          value={team.working_hours}
          onChange={setHours}
        />
        <FormFailure error={changing.error} />
        <div className={css.actions}>
          <Button
            type="submit"
            kind="primary"
            isBusy={changing.isPending}
            isOff={!isReady}
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
