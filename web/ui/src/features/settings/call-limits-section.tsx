import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import { changeLimits, fetchLimits, LIMITS_KEY } from "@/features/calling/calling-api";
import type { CallLimit } from "@/lib/wire";
import { FormFailure } from "./form-failure";
import css from "./settings.module.css";
import { AUDIT_KEY } from "./settings-api";
import { SettingsSection } from "./settings-section";
import { useRoleWords } from "./use-role-words";

const OFFICE = "*";
const ORDER = [OFFICE, "agent", "manager", "supervisor", "admin"];

/** What may be dialled by a click, by whom, and how much of it. */
export function CallLimitsSection() {
  const { t } = useLingui();
  const limits = useQuery({ queryKey: LIMITS_KEY, queryFn: fetchLimits });
  return (
    <SettingsSection
      title={t`Исходящие звонки`}
      lead={t`Пределы для звонков из карточки. Из подходящих начал номера решает самое длинное; срочные и внутренние номера разрешены.`}
      objects={["call_limit"]}
    >
      {limits.isPending && <Skeleton lines={6} height={22} />}
      {limits.isError && <LoadFailure error={limits.error} onRetry={() => void limits.refetch()} />}
      {inOrder(limits.data ?? []).map((one) => (
        <LimitForm key={one.role} limit={one} />
      ))}
    </SettingsSection>
  );
}

const inOrder = (limits: readonly CallLimit[]) =>
  limits.toSorted((first, second) => ORDER.indexOf(first.role) - ORDER.indexOf(second.role));

const listOf = (written: string) =>
  written
    .split(/[\s,;]+/)
    .map((one) => one.trim())
    .filter(Boolean);

function LimitForm({ limit }: { limit: CallLimit }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const roles = useRoleWords();
  const [allowed, setAllowed] = useState(limit.allowed.join(" "));
  const [denied, setDenied] = useState(limit.denied.join(" "));
  const [figures, setFigures] = useState({
    calls_per_minute: limit.calls_per_minute,
    abroad_calls_per_day: limit.abroad_calls_per_day,
    abroad_minutes_per_day: limit.abroad_minutes_per_day,
  });
  const saving = useMutation({
    mutationFn: () =>
      changeLimits([
        { role: limit.role, allowed: listOf(allowed), denied: listOf(denied), ...figures },
      ]),
    onSuccess: () => {
      for (const queryKey of [LIMITS_KEY, AUDIT_KEY]) void queries.invalidateQueries({ queryKey });
    },
  });
  const isOffice = limit.role === OFFICE;
  const title = isOffice ? t`Весь офис` : (roles[limit.role as keyof typeof roles] ?? limit.role);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!saving.isPending) saving.mutate();
  };
  const figure = (field: keyof typeof figures, word: string) => (
    <label className={css.label}>
      {word}
      <input
        className={css.field}
        inputMode="numeric"
        maxLength={6}
        value={figures[field]}
        onChange={(event) =>
          setFigures({ ...figures, [field]: Number(event.currentTarget.value.replace(/\D/g, "")) })
        }
      />
    </label>
  );
  const prefixes = (word: string, value: string, set: (text: string) => void) => (
    <label className={css.label}>
      {word}
      <input
        className={css.field}
        autoComplete="off"
        spellCheck={false}
        maxLength={2000}
        value={value}
        onChange={(event) => set(event.currentTarget.value)}
      />
    </label>
  );
  return (
    <form className={css.panel} onSubmit={submit} aria-label={title}>
      <h3>{title}</h3>
      <div className={css.wide}>
        {!isOffice && prefixes(t`Можно: начала номеров`, allowed, setAllowed)}
        {prefixes(t`Нельзя: начала номеров`, denied, setDenied)}
      </div>
      <div className={css.pair}>
        {figure("calls_per_minute", t`Звонков в минуту`)}
        {figure("abroad_calls_per_day", t`Звонков за границу в сутки`)}
        {figure("abroad_minutes_per_day", t`Минут за границу в сутки`)}
      </div>
      <FormFailure error={saving.error} />
      <div className={css.actions}>
        <Button type="submit" isBusy={saving.isPending}>{t`Сохранить`}</Button>
        {saving.isSuccess && <span className={css.quiet}>{t`Сохранено`}</span>}
      </div>
    </form>
  );
}
