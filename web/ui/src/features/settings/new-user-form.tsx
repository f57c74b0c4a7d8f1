import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { Sheet } from "@/components/sheet";
import { FormFailure } from "./form-failure";
import { IssuedPassword } from "./issued-password";
import css from "./settings.module.css";
import { ACCOUNTS_KEY, AUDIT_KEY, createAccount, fetchTeams, TEAMS_KEY } from "./settings-api";
import { type UserDraft, UserFields } from "./user-fields";

/** Somebody new. The password is made by the server and shown once. */
export function NewUserForm({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const teams = useQuery({ queryKey: TEAMS_KEY, queryFn: fetchTeams });
  const first = teams.data?.find(({ is_first }) => is_first)?.id ?? "";
  const [login, setLogin] = useState("");
  const [draft, setDraft] = useState<UserDraft>({
    name: "",
    role: "agent",
    team_id: "",
    phones: [{ pbx: "main", extension: "" }],
    language: null,
    time_zone: null,
  });
  const team_id = draft.team_id || first;
  const creation = useMutation({
    mutationFn: () =>
      createAccount({
        ...draft,
        team_id,
        login: login.trim(),
        phones: draft.phones.filter(({ extension }) => extension.trim()),
      }),
    onSuccess: () => {
      for (const queryKey of [ACCOUNTS_KEY, TEAMS_KEY, AUDIT_KEY])
        void queries.invalidateQueries({ queryKey });
    },
  });
  const isReady = login.trim() !== "" && draft.name.trim() !== "" && team_id !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !creation.isPending) creation.mutate();
  };
  return (
    <Sheet title={t`Новый пользователь`} onClose={onClose}>
      {creation.data ? (
        <IssuedPassword login={login.trim()} password={creation.data.password} onDone={onClose} />
      ) : (
        <form className={css.form} onSubmit={submit}>
          <label className={css.label}>
            {t`Логин`}
            <input
              className={css.field}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={64}
              value={login}
              onChange={(event) => setLogin(event.currentTarget.value)}
            />
          </label>
          <UserFields draft={{ ...draft, team_id }} onChange={setDraft} />
          <FormFailure error={creation.error} />
          <div className={css.actions}>
            <Button
              type="submit"
              kind="primary"
              isBusy={creation.isPending}
              isOff={!isReady}
            >{t`Создать`}</Button>
            <Button onClick={onClose}>{t`Отмена`}</Button>
          </div>
        </form>
      )}
    </Sheet>
  );
}
