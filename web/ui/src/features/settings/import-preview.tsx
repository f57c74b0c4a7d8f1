import { useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/button";
import type { ImportPreview } from "@/lib/wire";
import { FormFailure } from "./form-failure";
import { changeImport, startImport } from "./import-api";
import css from "./settings.module.css";

type Props = { first: ImportPreview; onDone: () => void };

/** What would come of a file: which column is what, who is there already, which lines are bad. */
export function ImportPreviewPanel({ first, onDone }: Props) {
  const { t } = useLingui();
  const [seen, setSeen] = useState(first);
  const { job, columns, samples } = seen;
  const fields: Record<string, string> = {
    name: t`имя`,
    phone: t`телефон`,
    email: t`почта`,
    company_name: t`компания`,
    position: t`должность`,
    city: t`город`,
    source: t`источник`,
    greeting_name: t`обращение`,
    comment: t`комментарий`,
    tags: t`метки`,
    kind: t`человек или компания`,
    is_vip: "VIP",
  };
  const change = useMutation({
    mutationFn: (body: { mapping: Record<string, string>; skips_duplicates: boolean }) =>
      changeImport(job.id, body),
    onSuccess: setSeen,
  });
  const start = useMutation({ mutationFn: () => startImport(job.id), onSuccess: onDone });
  const choose = (place: number, field: string) => {
    const mapping = { ...job.mapping };
    delete mapping[place];
    if (field) mapping[place] = field;
    change.mutate({ mapping, skips_duplicates: job.skips_duplicates });
  };
  const hasName = Object.values(job.mapping).includes("name");
  const count = seen.bad_lines.length;
  return (
    <section className={css.panel} aria-label={t`Что получится`}>
      <h3>{job.file_name}</h3>
      <p>
        {t`Строк ${job.total_rows}. В первых ${seen.looked_at}: номер уже есть у ${seen.same_phone}, имя уже есть у ${seen.same_name}, нельзя прочитать ${count}.`}
      </p>
      <div className={css.scroll}>
        <table className={css.table} data-plain>
          <thead>
            <tr>
              <th scope="col">{t`Столбец`}</th>
              <th scope="col">{t`Что это`}</th>
              <th scope="col">{t`Например`}</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column, place) => (
              <tr key={`${place} ${column}`}>
                <td className={css.name}>{column}</td>
                <td>
                  <select
                    className={css.field}
                    aria-label={t`Столбец «${column}»`}
                    value={job.mapping[place] ?? ""}
                    onChange={(event) => choose(place, event.currentTarget.value)}
                  >
                    <option value="">{t`не брать`}</option>
                    {Object.entries(fields).map(([field, word]) => (
                      <option key={field} value={field}>
                        {word}
                      </option>
                    ))}
                  </select>
                </td>
                <td className={css.quiet}>
                  {samples
                    .map((row) => row[place])
                    .filter(Boolean)
                    .slice(0, 2)
                    .join(" · ")}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {seen.bad_lines.slice(0, 5).map(({ line, field, reason }) => (
        <p key={line} className={css.failure}>
          {t`Строка ${line}, ${fields[field] ?? field}: ${reason}`}
        </p>
      ))}
      <label className={css.check}>
        <input
          type="checkbox"
          checked={job.skips_duplicates}
          onChange={(event) =>
            change.mutate({
              mapping: job.mapping,
              skips_duplicates: event.currentTarget.checked,
            })
          }
        />
        {t`Пропускать тех, кто уже есть`}
      </label>
      <FormFailure error={change.error ?? start.error} />
      <div className={css.actions}>
        <Button
          kind="primary"
          isBusy={start.isPending}
          isOff={!hasName}
          onClick={() => start.mutate()}
        >{t`Начать импорт`}</Button>
        <Button onClick={onDone}>{t`Отмена`}</Button>
      </div>
    </section>
  );
}
