import { useLingui } from "@lingui/react/macro";
import { PasswordInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { SESSION_KEY } from "@/features/session/session-api";
import { FormFailure } from "@/features/settings/form-failure";
import { type OfficeDraft, OfficeFields } from "@/features/settings/office-fields";
import form from "@/features/settings/settings.module.css";
import { Problem } from "@/lib/problem";
import type { Language, Office } from "@/lib/wire";
import { homeCurrency } from "./home-currency";
import css from "./setup.module.css";
import { makeAdministrator } from "./setup-api";

type Props = { code: string; office: Office };

const PERSONAL = ["login", "name", "password"];

/** Two screens and one request: who is the administrator, and what holds for the office. */
export function AdministratorForm({ code, office }: Props) {
  const { t, i18n } = useLingui();
  const queries = useQueryClient();
  const [isAtOffice, setAtOffice] = useState(false);
  const [person, setPerson] = useState({ login: "", name: "", password: "" });
  const [chosen, setChosen] = useState<Partial<OfficeDraft>>({});
  const draft: OfficeDraft = {
    name: office.name,
    phone_region: office.phone_region,
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone || office.time_zone,
    language: i18n.locale as Language,
    currency: homeCurrency(chosen.phone_region ?? office.phone_region),
    ...chosen,
  };
  const making = useMutation({
    mutationFn: () => {
      const { name: office_name, ...defaults } = draft;
      return makeAdministrator(code, { ...person, ...defaults, office_name });
    },
    onSuccess: (session) => {
      window.history.replaceState(null, "", "/setup"); // the code has done its work
      queries.setQueryData(SESSION_KEY, session);
    },
    onError: (error) => {
      const field = error instanceof Problem ? String(error.body.field) : "";
      if (PERSONAL.includes(field)) setAtOffice(false);
    },
  });
  const isReady = Object.values(person).every((value) => value.trim() !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady || making.isPending) return;
    if (isAtOffice) making.mutate();
    else {
      making.reset();
      setAtOffice(true);
    }
  };
  const set = (change: Partial<typeof person>) => setPerson({ ...person, ...change });
  return (
    <form className={css.form} onSubmit={submit} aria-busy={making.isPending}>
      <p className={css.step}>{isAtOffice ? t`Шаг 2 из 2` : t`Шаг 1 из 2`}</p>
      <h2>{isAtOffice ? t`Офис` : t`Администратор`}</h2>
      <p className={css.hint}>
        {isAtOffice
          ? t`Это действует для всех, кто не выберет своё, и меняется в настройках.`
          : t`Он заводит людей и настраивает всё остальное.`}
      </p>
      {isAtOffice ? (
        <OfficeFields draft={draft} onChange={(change) => setChosen({ ...chosen, ...change })} />
      ) : (
        <>
          <label className={form.label}>
            {t`Имя`}
            <input
              className={form.field}
              name="name"
              autoComplete="name"
              maxLength={200}
              value={person.name}
              onChange={(event) => set({ name: event.currentTarget.value })}
            />
          </label>
          <label className={form.label}>
            {t`Логин`}
            <input
              className={form.field}
              name="login"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={64}
              value={person.login}
              onChange={(event) => set({ login: event.currentTarget.value })}
            />
          </label>
          <div className={form.label}>
            <label htmlFor="first-password">{t`Пароль`}</label>
            <PasswordInput
              id="first-password"
              name="password"
              autoComplete="new-password"
              value={person.password}
              visibilityToggleButtonProps={{ "aria-label": t`Показать пароль` }}
              onChange={(event) => set({ password: event.currentTarget.value })}
            />
          </div>
          <p className={css.hint}>{t`От 8 знаков, не из самых частых.`}</p>
        </>
      )}
      <FormFailure error={making.error} />
      <div className={form.actions}>
        <Button type="submit" kind="primary" size="l" isBusy={making.isPending} isOff={!isReady}>
          {isAtOffice ? t`Создать и войти` : t`Дальше`}
        </Button>
        {isAtOffice && (
          <Button size="l" kind="quiet" onClick={() => setAtOffice(false)}>
            {t`Назад`}
          </Button>
        )}
      </div>
    </form>
  );
}
