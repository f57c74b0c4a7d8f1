import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { Sheet } from "@/components/sheet";
import { QUEUE_TITLES_KEY } from "@/features/calls/use-queue-title";
import type { Disposition, QueueSetting, QueueSettingInput } from "@/lib/wire";
import { FormFailure } from "./form-failure";
import { changeQueue, createQueue, QUEUES_KEY, RESULTS_KEY } from "./office-api";
import { SecondsField } from "./seconds-field";
import css from "./settings.module.css";
import { AUDIT_KEY, fetchTeams, TEAMS_KEY } from "./settings-api";
import { WorkingHoursField } from "./working-hours-field";

type Props = {
  queue: QueueSetting | QueueSettingInput;
  results: readonly Disposition[];
  onClose: () => void;
};

/** One queue: its title, its name on the PBX, and its results. None chosen: all. */
export function QueueEditor({ queue, results, onClose }: Props) {
  const { t, i18n } = useLingui();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<QueueSettingInput>({
    pbx: queue.pbx,
    name: queue.name,
    title: queue.title ?? "",
    is_disposition_required: queue.is_disposition_required ?? false,
    wrap_up_seconds: queue.wrap_up_seconds ?? null,
    service_level_seconds: queue.service_level_seconds ?? null,
    team_id: queue.team_id ?? null,
    working_hours: queue.working_hours ?? null,
    dispositions: queue.dispositions ?? [],
  });
  const [isReadable, setReadable] = useState(true);
  const teams = useQuery({ queryKey: TEAMS_KEY, queryFn: fetchTeams });
  const isReady = draft.name.trim() !== "" && isReadable;
  const chosen = draft.dispositions ?? [];
  const set = (change: Partial<QueueSettingInput>) => setDraft({ ...draft, ...change });
  const saving = useMutation({
    mutationFn: () =>
      "id" in queue ? changeQueue(queue.id, queue.version, draft) : createQueue(draft),
    onSuccess: () => {
      for (const queryKey of [QUEUES_KEY, QUEUE_TITLES_KEY, RESULTS_KEY, AUDIT_KEY])
        void queries.invalidateQueries({ queryKey });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !saving.isPending) saving.mutate();
  };
  return (
    <Sheet title={queue.title || queue.name || t`Новая очередь`} onClose={onClose}>
      <form className={css.form} onSubmit={submit}>
        <label className={css.label}>
          {t`Название для людей`}
          <input
            className={css.field}
            maxLength={200}
            value={draft.title}
            onChange={(event) => set({ title: event.currentTarget.value })}
          />
        </label>
        <div className={css.pair}>
          <label className={css.label}>
            {t`Имя на АТС`}
            <input
              className={css.field}
              maxLength={128}
              value={draft.name}
              onChange={(event) => set({ name: event.currentTarget.value })}
            />
          </label>
          <label className={css.label}>
            {t`АТС`}
            <input
              className={css.field}
              maxLength={64}
              value={draft.pbx}
              onChange={(event) => set({ pbx: event.currentTarget.value })}
            />
          </label>
        </div>
        <div className={css.pair}>
          <SecondsField
            label={t`Отвечать за, с (пусто: как в офисе)`}
            value={draft.service_level_seconds ?? null}
            onChange={(seconds) => set({ service_level_seconds: seconds })}
          />
          <SecondsField
            label={t`На обработку после разговора, с`}
            value={draft.wrap_up_seconds ?? null}
            onChange={(seconds) => set({ wrap_up_seconds: seconds })}
          />
        </div>
        <label className={css.label}>
          {t`Кто перезванивает пропущенным`}
          <select
            className={css.field}
            value={draft.team_id ?? ""}
            onChange={(event) => set({ team_id: event.currentTarget.value || null })}
          >
            <option value="">{t`Команда клиента`}</option>
            {teams.data?.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <WorkingHoursField
          otherwise={t`как в офисе`}
          value={"id" in queue ? queue.working_hours : null}
          onChange={(hours) => {
            setReadable(hours !== undefined);
            if (hours !== undefined) set({ working_hours: hours });
          }}
        />
        <label className={css.check}>
          <input
            type="checkbox"
            checked={draft.is_disposition_required}
            onChange={(event) => set({ is_disposition_required: event.currentTarget.checked })}
          />
          {t`Итог обязателен`}
        </label>
        <h3>{t`Итоги этой очереди, если не все`}</h3>
        <div className={css.row}>
          {results.map(({ code, titles }) => (
            <label key={code} className={css.check}>
              <input
                type="checkbox"
                checked={chosen.includes(code)}
                onChange={(event) =>
                  set({
                    dispositions: event.currentTarget.checked
                      ? [...chosen, code]
                      : chosen.filter((one) => one !== code),
                  })
                }
              />
              {i18n.locale === "en" ? titles.en : titles.ru}
            </label>
          ))}
        </div>
        <FormFailure error={saving.error} />
        <div className={css.actions}>
          <Button
            type="submit"
            kind="primary"
            isBusy={saving.isPending}
            isOff={!isReady}
          >{t`Сохранить`}</Button>
          <Button onClick={onClose}>{t`Отмена`}</Button>
        </div>
      </form>
    </Sheet>
  );
}
