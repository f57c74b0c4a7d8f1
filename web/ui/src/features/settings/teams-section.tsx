import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import type { TeamEntry } from "@/lib/wire";
import { FormFailure } from "./form-failure";
import css from "./settings.module.css";
import { AUDIT_KEY, createTeam, fetchTeams, TEAMS_KEY } from "./settings-api";
import { SettingsSection } from "./settings-section";
import { TeamEditor } from "./team-editor";

/** Teams: who sees whose clients. */
export function TeamsSection() {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [opened, setOpened] = useState<TeamEntry | null>(null);
  const teams = useQuery({ queryKey: TEAMS_KEY, queryFn: fetchTeams });
  const creation = useMutation({
    mutationFn: () => createTeam(name.trim()),
    onSuccess: () => {
      setName("");
      for (const queryKey of [TEAMS_KEY, AUDIT_KEY]) void queries.invalidateQueries({ queryKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() && !creation.isPending) creation.mutate();
  };
  return (
    <SettingsSection
      title={t({ message: "Команды", context: "люди" })}
      lead={t`Люди одной команды видят клиентов, сделки и задачи друг друга.`}
      objects={["team"]}
    >
      <form className={css.tools} onSubmit={submit}>
        <input
          className={css.field}
          aria-label={t`Название новой команды`}
          placeholder={t`Название новой команды`}
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" isBusy={creation.isPending} isOff={!name.trim()}>
          {t`Добавить команду`}
        </Button>
      </form>
      <FormFailure error={creation.error} />
      {teams.isPending && <Skeleton lines={3} height={22} />}
      {teams.isError && <LoadFailure error={teams.error} onRetry={() => void teams.refetch()} />}
      {teams.data && (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t`Команда`}</th>
              <th scope="col">{t`Людей`}</th>
              <th scope="col">
                <span className="visually-hidden">{t`Действия`}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {teams.data.map((team) => (
              <tr key={team.id}>
                <td>
                  <span className={css.name}>{team.name}</span>
                  {team.is_first && (
                    <div
                      className={css.quiet}
                    >{t`сюда попадают те, у кого нет другой команды`}</div>
                  )}
                </td>
                <td>
                  {t`${plural(team.people, { one: "# человек", few: "# человека", many: "# человек", other: "# человека" })}`}
                </td>
                <td>
                  <Button
                    size="s"
                    aria-label={t`Изменить: ${team.name}`}
                    onClick={() => setOpened(team)}
                  >
                    {t`Изменить`}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {opened && (
        <TeamEditor
          key={opened.id}
          team={opened}
          others={teams.data?.filter(({ id }) => id !== opened.id) ?? []}
          onClose={() => setOpened(null)}
        />
      )}
    </SettingsSection>
  );
}
