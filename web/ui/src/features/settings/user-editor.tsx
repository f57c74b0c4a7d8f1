import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { Sheet } from "@/components/sheet";
import type { Account } from "@/lib/wire";
import { FormFailure } from "./form-failure";
import { IssuedPassword } from "./issued-password";
import { LeaveForm } from "./leave-form";
import css from "./settings.module.css";
import { ACCOUNTS_KEY, AUDIT_KEY, changeAccount, resetPassword, TEAMS_KEY } from "./settings-api";
import { type UserDraft, UserFields } from "./user-fields";

type Props = { account: Account; onClose: () => void };

/** One account: what it says, a new password, and the end of it. */
export function UserEditor({ account, onClose }: Props) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [isLeaving, setLeaving] = useState(false);
  const [draft, setDraft] = useState<UserDraft>({
    name: account.name,
    role: account.role,
    team_id: account.team?.id ?? "",
    phones: account.extensions,
    language: account.has_own_language ? account.language : null,
    time_zone: account.has_own_time_zone ? account.time_zone : null,
  });
  const refresh = () => {
    for (const queryKey of [ACCOUNTS_KEY, TEAMS_KEY, AUDIT_KEY])
      void queries.invalidateQueries({ queryKey });
  };
  const saving = useMutation({
    mutationFn: () =>
      changeAccount(account.id, {
        ...draft,
        version: account.version,
        phones: draft.phones.filter(({ extension }) => extension.trim()),
      }),
    onSuccess: () => {
      refresh();
      onClose();
    },
  });
  const reset = useMutation({ mutationFn: () => resetPassword(account.id), onSuccess: refresh });
  const comeBack = useMutation({
    mutationFn: () => changeAccount(account.id, { version: account.version, is_active: true }),
    onSuccess: refresh,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.name.trim() && !saving.isPending) saving.mutate();
  };
  if (reset.data)
    return (
      <Sheet title={account.name} onClose={onClose}>
        <IssuedPassword login={account.login} password={reset.data.password} onDone={onClose} />
      </Sheet>
    );
  return (
    <Sheet title={account.name} onClose={onClose}>
      {isLeaving ? (
        <LeaveForm account={account} onBack={() => setLeaving(false)} onDone={onClose} />
      ) : account.is_active ? (
        <form className={css.form} onSubmit={submit}>
          <UserFields draft={draft} onChange={setDraft} />
          {draft.role !== account.role && (
            <p className={css.quiet}>{t`Со сменой роли все его сеансы закроются.`}</p>
          )}
          <FormFailure error={saving.error ?? reset.error} />
          <div className={css.actions}>
            <Button
              type="submit"
              kind="primary"
              isBusy={saving.isPending}
              isOff={!draft.name.trim()}
            >{t`Сохранить`}</Button>
            <Button isBusy={reset.isPending} onClick={() => reset.mutate()}>
              {t`Сбросить пароль`}
            </Button>
            <Button onClick={() => setLeaving(true)}>{t`Отключить`}</Button>
          </div>
        </form>
      ) : (
        <div className={css.form}>
          <p>{t`Этот человек больше не входит. Его звонки и заметки остались.`}</p>
          <FormFailure error={comeBack.error} />
          <div className={css.actions}>
            <Button kind="primary" isBusy={comeBack.isPending} onClick={() => comeBack.mutate()}>
              {t`Вернуть`}
            </Button>
          </div>
        </div>
      )}
    </Sheet>
  );
}
