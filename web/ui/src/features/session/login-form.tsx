import { useLingui } from "@lingui/react/macro";
import { PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { preferredLanguage } from "@/app/i18n";
import { Button } from "@/components/button";
import { useNow } from "@/lib/clock";
import { loginFailure, waitOf } from "./login-failure";
import css from "./login-page.module.css";
import { changeOwnSettings, logIn, SESSION_KEY } from "./session-api";

type Props = { isServerAway: boolean; keepsLanguage: boolean };

/** Login, password, in. A refused try keeps the login and says what to do. */
export function LoginForm({ isServerAway, keepsLanguage }: Props) {
  const { t, i18n } = useLingui();
  const queries = useQueryClient();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [blockedUntil, setBlockedUntil] = useState(0);
  const left = Math.ceil((blockedUntil - useNow()) / 1000);

  const entry = useMutation({
    mutationFn: () => logIn(login.trim(), password),
    onSuccess: async (session) => {
      const language = preferredLanguage();
      const user =
        keepsLanguage && session.user.language !== language
          ? await changeOwnSettings({ language }).catch(() => session.user)
          : session.user;
      queries.setQueryData(SESSION_KEY, { ...session, user });
    },
    onError: (error) => setBlockedUntil(Date.now() + waitOf(error) * 1000),
  });

  // The ticking time may be a second old: never ask for more than the server did.
  const wait = Math.min(waitOf(entry.error), Math.max(0, left));

  useEffect(() => {
    if (entry.isError) setPassword("");
  }, [entry.isError]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!entry.isPending && wait === 0) entry.mutate();
  };
  const failure = entry.isError
    ? loginFailure(i18n, entry.error, wait)
    : isServerAway && t`Сервер не отвечает. Проверьте сеть и попробуйте ещё раз.`;

  return (
    <form className={css.form} onSubmit={submit} aria-busy={entry.isPending}>
      <div className={css.row}>
        <TextInput
          aria-label={t`Логин`}
          placeholder={t`Логин`}
          name="login"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          size="md"
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
          data-autofocus
          autoFocus
        />
        <PasswordInput
          aria-label={t`Пароль`}
          placeholder={t`Пароль`}
          name="password"
          autoComplete="current-password"
          required
          size="md"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t`Показать пароль` }}
        />
        <Button type="submit" kind="primary" size="l" isBusy={entry.isPending} isOff={wait > 0}>
          {t`Войти`}
        </Button>
      </div>
      <p className={css.failure} role="alert">
        {failure || ""}
      </p>
    </form>
  );
}
