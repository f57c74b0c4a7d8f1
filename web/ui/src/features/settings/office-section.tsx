import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import type { Office } from "@/lib/wire";
import { FormFailure } from "./form-failure";
import { changeOffice, fetchOffice, OFFICE_KEY } from "./office-api";
import css from "./settings.module.css";
import { AUDIT_KEY } from "./settings-api";
import { SettingsSection } from "./settings-section";

const ZONES: readonly string[] = Intl.supportedValuesOf("timeZone");
const CURRENCIES = ["RUB", "KZT", "BYN", "UZS", "AMD", "GEL", "USD", "EUR", "CNY", "TRY", "AED"];

/** What holds for the whole office. */
export function OfficeSection() {
  const { t } = useLingui();
  const office = useQuery({ queryKey: OFFICE_KEY, queryFn: fetchOffice });
  return (
    <SettingsSection
      title={t`Офис`}
      lead={t`Название, язык, часовой пояс и валюта для тех, кто не выбрал своё.`}
      objects={["office"]}
    >
      {office.isPending && <Skeleton lines={4} height={24} />}
      {office.isError && <LoadFailure error={office.error} onRetry={() => void office.refetch()} />}
      {office.data && <OfficeForm key={office.data.version} office={office.data} />}
    </SettingsSection>
  );
}

function OfficeForm({ office }: { office: Office }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(office);
  const saving = useMutation({
    mutationFn: () => changeOffice(draft),
    onSuccess: (saved) => {
      queries.setQueryData(OFFICE_KEY, saved);
      void queries.invalidateQueries({ queryKey: AUDIT_KEY });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!saving.isPending) saving.mutate();
  };
  const set = (change: Partial<Office>) => setDraft({ ...draft, ...change });
  return (
    <form className={css.panel} onSubmit={submit}>
      <label className={css.label}>
        {t`Название офиса`}
        <input
          className={css.field}
          maxLength={200}
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
      </label>
      <div className={css.pair}>
        <label className={css.label}>
          {t`Язык`}
          <select
            className={css.field}
            value={draft.language}
            onChange={(event) => set({ language: event.currentTarget.value as Office["language"] })}
          >
            <option value="ru">Русский</option>
            <option value="en">English</option>
          </select>
        </label>
        <label className={css.label}>
          {t`Часовой пояс`}
          <select
            className={css.field}
            value={draft.time_zone}
            onChange={(event) => set({ time_zone: event.currentTarget.value })}
          >
            {[...new Set([draft.time_zone, ...ZONES])].map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </select>
        </label>
        <label className={css.label}>
          {t`Валюта`}
          <select
            className={css.field}
            value={draft.currency}
            onChange={(event) => set({ currency: event.currentTarget.value })}
          >
            {CURRENCIES.map((currency) => (
              <option key={currency}>{currency}</option>
            ))}
          </select>
        </label>
      </div>
      <FormFailure error={saving.error} />
      <div className={css.actions}>
        <Button type="submit" kind="primary" isBusy={saving.isPending}>
          {t`Сохранить`}
        </Button>
      </div>
    </form>
  );
}
