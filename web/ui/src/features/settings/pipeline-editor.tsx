import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { Sheet } from "@/components/sheet";
import { boardKey, fetchBoard } from "@/features/deals/deals-api";
import type { Pipeline } from "@/lib/wire";
import { FormFailure } from "./form-failure";
import { changePipeline } from "./pipelines-api";
import css from "./settings.module.css";
import { leaving, openStages, putAway, type StageDraft, stageChange } from "./stage-drafts";
import { StageRows } from "./stage-rows";

type Props = { pipeline: Pipeline; onSettled: () => void; onClose: () => void };

/** One pipeline. A stage under open deals goes only when it is said where they go. */
export function PipelineEditor({ pipeline, onSettled, onClose }: Props) {
  const { t } = useLingui();
  const [name, setName] = useState(pipeline.name);
  const [stages, setStages] = useState<StageDraft[]>(() => openStages(pipeline));
  const [targets, setTargets] = useState<Record<string, string>>({});
  const board = useQuery({
    queryKey: boardKey(pipeline.id),
    queryFn: () => fetchBoard(pipeline.id),
  });
  const saving = useMutation({
    mutationFn: () =>
      changePipeline(pipeline, { name: name.trim(), ...stageChange(pipeline, stages, targets) }),
    onSettled,
    onSuccess: onClose,
  });
  const countOf = (id: string) => board.data?.columns.find(({ stage }) => stage.id === id)?.count;
  const gone = leaving(pipeline, stages);
  const stored = stages.filter(({ id }) => id !== null);
  const isTold = gone.every(
    ({ key }) => countOf(key) === 0 || stored.some((one) => one.key === targets[key]),
  );
  const isReady = name.trim() !== "" && stages.every((stage) => stage.name.trim()) && isTold;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !saving.isPending) saving.mutate();
  };
  return (
    <Sheet title={pipeline.name} onClose={onClose}>
      <form className={css.form} onSubmit={submit}>
        <label className={css.label}>
          {t`Название воронки`}
          <input
            className={css.field}
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <StageRows stages={stages} onChange={setStages} />
        {gone.map((stage) => {
          const count = countOf(stage.key);
          return count === 0 ? (
            <p key={stage.key} className={css.quiet}>
              {t`Этап «${stage.name}» уйдёт, открытых сделок в нём нет.`}
            </p>
          ) : (
            <label key={stage.key} className={css.label}>
              {count === undefined
                ? t`Куда перейдут открытые сделки из этапа «${stage.name}»`
                : t`Этап «${stage.name}» уйдёт. Куда ${plural(count, {
                    one: "перейдёт # открытая сделка",
                    few: "перейдут # открытые сделки",
                    many: "перейдут # открытых сделок",
                    other: "перейдут # открытых сделок",
                  })} из него?`}
              <select
                className={css.field}
                value={targets[stage.key] ?? ""}
                onChange={(event) =>
                  setTargets({ ...targets, [stage.key]: event.currentTarget.value })
                }
              >
                <option value="">{t`Выберите этап`}</option>
                {stored.map(({ key, name: title }) => (
                  <option key={key} value={key}>
                    {title}
                  </option>
                ))}
              </select>
            </label>
          );
        })}
        {putAway(pipeline, stages).length > 0 && (
          <div className={css.row}>
            <span className={css.quiet}>{t`Убраны раньше:`}</span>
            {putAway(pipeline, stages).map((stage) => (
              <Button key={stage.key} size="s" onClick={() => setStages([...stages, stage])}>
                {t`Вернуть: ${stage.name}`}
              </Button>
            ))}
          </div>
        )}
        <FormFailure error={saving.error} />
        <div className={css.actions}>
          <Button type="submit" kind="primary" isBusy={saving.isPending} isOff={!isReady}>
            {t`Сохранить`}
          </Button>
          <Button onClick={onClose}>{t`Отмена`}</Button>
        </div>
      </form>
    </Sheet>
  );
}
