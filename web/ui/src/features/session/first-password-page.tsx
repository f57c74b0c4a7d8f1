import { useLingui } from "@lingui/react/macro";
import { PasswordInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { Logo } from "@/components/logo";
import { Problem } from "@/lib/problem";
import type { Session } from "@/lib/wire";
import css from "./login-page.module.css";
import { changePassword, logOut, SESSION_KEY } from "./session-api";

/** Somebody else knows the password: nothing goes on before it is one's own. */
export function FirstPasswordPage({ session }: { session: Session }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const saving = useMutation({
    mutationFn: () => changePassword(current, next),
    onSuccess: () =>
      queries.setQueryData(SESSION_KEY, {
        ...session,
        user: { ...session.user, must_change_password: false },
      }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (current && next && !saving.isPending) saving.mutate();
  };
  const leave = async () => {
    await logOut().catch(() => undefined);
    queries.setQueryData(SESSION_KEY, null);
  };
  const field = saving.error instanceof Problem ? saving.error.body.field : null;
  const failure =
    saving.isError &&
    (field === "current"
      ? t`Выданный пароль введён неверно.`
      : field === "new"
        ? t`Этот пароль слишком прост: нужно хотя бы 8 знаков, не из самых частых.`
        : t`Не сохранилось. Попробуйте ещё раз.`);
  const toggle = { "aria-label": t`Показать пароль` };
  return (
    <div className={css.page}>
      <header className={css.top}>
        <Button kind="quiet" onClick={() => void leave()}>{t`Выйти`}</Button>
      </header>
      <main className={css.main}>
        <div className={css.title}>
          <Logo size={44} />
          <h1>{t`Свой пароль`}</h1>
        </div>
        <p className={css.lead}>
          {t`${session.user.name}, этот пароль вам выдали. Придумайте свой, его не узнает никто.`}
        </p>
        <form className={css.form} onSubmit={submit} aria-busy={saving.isPending}>
          <input
            type="text"
            name="login"
            autoComplete="username"
            value={session.user.login}
            readOnly
            hidden
          />
          <div className={css.row}>
            <PasswordInput
              aria-label={t`Выданный пароль`}
              placeholder={t`Выданный пароль`}
              autoComplete="current-password"
              size="md"
              value={current}
              visibilityToggleButtonProps={toggle}
              onChange={(event) => setCurrent(event.currentTarget.value)}
              autoFocus
            />
            <PasswordInput
              aria-label={t`Новый пароль`}
              placeholder={t`Новый пароль`}
              autoComplete="new-password"
              size="md"
              value={next}
              visibilityToggleButtonProps={toggle}
              onChange={(event) => setNext(event.currentTarget.value)}
            />
            <Button
              type="submit"
              kind="primary"
              size="l"
              isBusy={saving.isPending}
              isOff={!current || !next}
            >
              {t`Сохранить и войти`}
            </Button>
          </div>
          <p className={css.failure} role="alert">
            {failure || ""}
          </p>
        </form>
      </main>
    </div>
  );
}
