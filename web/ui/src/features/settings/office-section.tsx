import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import { SESSION_KEY } from "@/features/session/session-api";
import type { Office } from "@/lib/wire";
import { FormFailure } from "./form-failure";
import { changeOffice, fetchOffice, OFFICE_KEY } from "./office-api";
import { OfficeFields } from "./office-fields";
import { SecondsField } from "./seconds-field";
import css from "./settings.module.css";
import { AUDIT_KEY } from "./settings-api";
import { SettingsSection } from "./settings-section";
import { WorkingHoursField } from "./working-hours-field";

/** What holds for the whole office. */
export function OfficeSection() {
  const { t } = useLingui();
  const office = useQuery({ queryKey: OFFICE_KEY, queryFn: fetchOffice });
  return (
    <SettingsSection
      title={t`Офис`}
      lead={t`Название офиса и то, что действует для всех, кто не выбрал своё.`}
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
  const [isReadable, setReadable] = useState(true);
  const saving = useMutation({
    mutationFn: () => changeOffice(draft),
    onSuccess: (saved) => {
      queries.setQueryData(OFFICE_KEY, saved);
      // Whoever follows the office has its language and zone from now on, this screen too.
      for (const queryKey of [AUDIT_KEY, SESSION_KEY]) void queries.invalidateQueries({ queryKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReadable && !saving.isPending) saving.mutate();
  };
  return (
    <form className={css.panel} onSubmit={submit}>
      <OfficeFields draft={draft} onChange={(change) => setDraft({ ...draft, ...change })} />
      <div className={css.pair}>
        <SecondsField
          label={t`Отвечать в очереди за, с`}
          value={draft.service_level_seconds}
          onChange={(seconds) => setDraft({ ...draft, service_level_seconds: seconds ?? 0 })}
        />
      </div>
      <WorkingHoursField
        otherwise={t`круглосуточно`}
        value={office.working_hours}
        onChange={(hours) => {
          setReadable(hours !== undefined);
          if (hours !== undefined) setDraft({ ...draft, working_hours: hours });
        }}
      />
      <FormFailure error={saving.error} />
      <div className={css.actions}>
        <Button type="submit" kind="primary" isBusy={saving.isPending} isOff={!isReadable}>
          {t`Сохранить`}
        </Button>
      </div>
    </form>
  );
}
