import { useLingui } from "@lingui/react/macro";
import { PasswordInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { changePassword } from "@/features/session/session-api";
import { useMe } from "@/features/session/session-context";
import { Problem } from "@/lib/problem";
import { useUnsaved } from "@/lib/unsaved";
import css from "./profile-page.module.css";

/** A new password. Everywhere else one is logged out by it. */
export function PasswordForm() {
  const { t } = useLingui();
  const me = useMe();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  useUnsaved(current !== "" || next !== "");
  const saving = useMutation({
    mutationFn: () => changePassword(current, next),
    onSuccess: () => {
      setCurrent("");
      setNext("");
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (current && next && !saving.isPending) saving.mutate();
  };
  const toggle = { "aria-label": t`Показать пароль` };
  return (
    <form onSubmit={submit}>
      <input type="text" name="login" autoComplete="username" value={me.login} readOnly hidden />
      <div className={css.row}>
        <label className={css.label} htmlFor="current-password">{t`Нынешний пароль`}</label>
        <PasswordInput
          id="current-password"
          className={css.field}
          autoComplete="current-password"
          value={current}
          visibilityToggleButtonProps={toggle}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
      </div>
      <div className={css.row}>
        <label className={css.label} htmlFor="new-password">{t`Новый пароль`}</label>
        <PasswordInput
          id="new-password"
          className={css.field}
          autoComplete="new-password"
          value={next}
          visibilityToggleButtonProps={toggle}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
      </div>
      <p
        className={css.said}
        data-tone={saving.isError ? "bad" : saving.isSuccess ? "live" : undefined}
        role="status"
      >
        {saving.isError
          ? refusal(saving.error)
          : saving.isSuccess && t`Пароль изменён. На других устройствах нужно войти заново.`}
      </p>
      <Button type="submit" kind="primary" isBusy={saving.isPending} isOff={!current || !next}>
        {t`Изменить пароль`}
      </Button>
    </form>
  );

  function refusal(error: unknown): string {
    if (error instanceof Problem && error.status === 429)
      return t`Слишком много попыток. Подождите.`;
    if (error instanceof Problem && error.status === 422)
      return t`Новый пароль слишком простой или короткий.`;
    if (error instanceof Problem && error.status < 500) return t`Нынешний пароль не подходит.`;
    return t`Не сохранилось. Попробуйте ещё раз.`;
  }
}
