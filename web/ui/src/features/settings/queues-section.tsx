import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import { fetchDispositions } from "@/features/calls/calls-api";
import type { QueueSetting, QueueSettingInput } from "@/lib/wire";
import { fetchQueues, QUEUES_KEY, RESULTS_KEY } from "./office-api";
import { QueueEditor } from "./queue-editor";
import css from "./settings.module.css";
import { SettingsSection } from "./settings-section";

const NEW: QueueSettingInput = {
  pbx: "main",
  name: "",
  title: "",
  is_disposition_required: false,
  wrap_up_seconds: null,
  dispositions: [],
};

/** The queues of the PBX as the office calls them, and what can come of their calls. */
export function QueuesSection() {
  const { t, i18n } = useLingui();
  const queues = useQuery({ queryKey: QUEUES_KEY, queryFn: fetchQueues });
  const results = useQuery({ queryKey: RESULTS_KEY, queryFn: () => fetchDispositions() });
  const [opened, setOpened] = useState<QueueSetting | QueueSettingInput | null>(null);
  const titleOf = (code: string) => {
    const titles = results.data?.find((one) => one.code === code)?.titles;
    return (i18n.locale === "en" ? titles?.en : titles?.ru) ?? code;
  };
  return (
    <SettingsSection
      title={t`Очереди`}
      lead={t`Как люди называют очереди АТС и какие итоги у их звонков. Если очередь переименовали на АТС, впишите здесь её новое имя: настройки останутся.`}
      objects={["queue_setting"]}
      action={
        <Button kind="primary" onClick={() => setOpened(NEW)}>
          {t`Описать очередь`}
        </Button>
      }
    >
      {queues.isPending && <Skeleton lines={4} height={22} />}
      {queues.isError && <LoadFailure error={queues.error} onRetry={() => void queues.refetch()} />}
      {queues.data && queues.data.unnamed.length > 0 && (
        <div className={css.panel}>
          <h3>{t`Через эти очереди шли звонки, но названия у них нет`}</h3>
          <div className={css.actions}>
            {queues.data.unnamed.map(({ pbx, name }) => (
              <Button
                key={`${pbx} ${name}`}
                size="s"
                onClick={() => setOpened({ ...NEW, pbx, name })}
              >
                {t`Описать «${name}»`}
              </Button>
            ))}
          </div>
        </div>
      )}
      {queues.data?.items.length === 0 && (
        <p className={css.quiet}>{t`Ни одна очередь ещё не описана: видно имя с АТС.`}</p>
      )}
      {queues.data && queues.data.items.length > 0 && (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t`Название`}</th>
              <th scope="col">{t`На АТС`}</th>
              <th scope="col">{t`Итоги`}</th>
              <th scope="col">
                <span className="visually-hidden">{t`Действия`}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {queues.data.items.map((one) => (
              <tr key={one.id}>
                <td className={css.name}>{one.title || one.name}</td>
                <td>
                  {one.name} <span className={css.quiet}>{one.pbx}</span>
                </td>
                <td>
                  {one.dispositions.length > 0 ? one.dispositions.map(titleOf).join(", ") : t`все`}
                  {one.is_disposition_required && (
                    <div className={css.quiet}>{t`итог обязателен`}</div>
                  )}
                </td>
                <td>
                  <Button
                    size="s"
                    aria-label={t`Изменить: ${one.title || one.name}`}
                    onClick={() => setOpened(one)}
                  >
                    {t`Изменить`}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {opened && (
        <QueueEditor
          queue={opened}
          results={results.data?.filter(({ is_active }) => is_active) ?? []}
          onClose={() => setOpened(null)}
        />
      )}
    </SettingsSection>
  );
}
