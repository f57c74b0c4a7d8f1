import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { useNow } from "@/lib/clock";
import { useFormat } from "@/lib/use-format";
import type { ImportPreview } from "@/lib/wire";
import { FormFailure } from "./form-failure";
import { fetchImports, IMPORTS_KEY, uploadImport } from "./import-api";
import { ImportPreviewPanel } from "./import-preview";
import css from "./settings.module.css";
import { SettingsSection } from "./settings-section";

/** Clients from a file: looked at first, then read in the background. */
export function ImportSection() {
  const { t } = useLingui();
  const format = useFormat();
  const now = useNow();
  const queries = useQueryClient();
  const field = useRef<HTMLInputElement>(null);
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  const imports = useQuery({
    queryKey: IMPORTS_KEY,
    queryFn: fetchImports,
    refetchInterval: (query) =>
      query.state.data?.some(({ state }) => state === "running") ? 700 : false,
  });
  const upload = useMutation({
    mutationFn: uploadImport,
    onSuccess: (seen) => {
      setPreview(seen);
      void queries.invalidateQueries({ queryKey: IMPORTS_KEY });
    },
  });
  const begun = imports.data?.filter(({ state }) => state !== "uploaded") ?? [];
  const states = {
    uploaded: t`не начат`,
    running: t`идёт`,
    done: t`закончен`,
    failed: t`остановлен`,
  };
  return (
    <SettingsSection
      title={t`Импорт клиентов`}
      lead={t`Файл CSV из таблицы или другой программы: кодировка и разделитель узнаются сами. Сначала видно, что получится.`}
      objects={["import"]}
      action={
        <>
          <input
            ref={field}
            type="file"
            accept=".csv,.txt,.tsv,text/csv"
            aria-label={t`Файл с клиентами`}
            hidden
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              event.currentTarget.value = "";
              if (file) upload.mutate(file);
            }}
          />
          <Button
            kind="primary"
            isBusy={upload.isPending}
            onClick={() => field.current?.click()}
          >{t`Выбрать файл`}</Button>
        </>
      }
    >
      <FormFailure error={upload.error} />
      {preview && (
        <ImportPreviewPanel
          key={preview.job.id}
          first={preview}
          onDone={() => {
            setPreview(null);
            for (const queryKey of [IMPORTS_KEY, ["audit"]])
              void queries.invalidateQueries({ queryKey });
          }}
        />
      )}
      {imports.isError && (
        <LoadFailure error={imports.error} onRetry={() => void imports.refetch()} />
      )}
      {imports.data && begun.length === 0 && !preview && (
        <p className={css.quiet}>{t`Файлов ещё не было.`}</p>
      )}
      {begun.length > 0 && (
        <table className={css.table} data-plain>
          <thead>
            <tr>
              <th scope="col">{t`Файл`}</th>
              <th scope="col">{t`Когда`}</th>
              <th scope="col">{t`Состояние`}</th>
              <th scope="col">{t`Что вышло`}</th>
            </tr>
          </thead>
          <tbody>
            {begun.map((job) => (
              <tr key={job.id}>
                <td className={css.name}>{job.file_name}</td>
                <td>{format.when(job.created_at, now)}</td>
                <td>
                  {states[job.state]}
                  {job.state === "running" && (
                    <progress
                      aria-label={t`Прочитано строк`}
                      max={job.total_rows}
                      value={job.done_rows}
                    />
                  )}
                </td>
                <td>
                  {t`новых ${job.created_rows}, уже были ${job.skipped_rows}, с ошибкой ${job.failed_rows}`}
                  {job.failed_rows > 0 && (
                    <div>
                      <a href={`/api/imports/${job.id}/problems`} download="problems.csv">
                        {t`Скачать строки с ошибками`}
                      </a>
                    </div>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </SettingsSection>
  );
}
