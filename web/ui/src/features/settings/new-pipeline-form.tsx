import { useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { Sheet } from "@/components/sheet";
import { useUnsaved } from "@/lib/unsaved";
import { FormFailure } from "./form-failure";
import { createPipeline } from "./pipelines-api";
import css from "./settings.module.css";
import type { StageDraft } from "./stage-drafts";
import { StageRows } from "./stage-rows";

type Props = { onSettled: () => void; onClose: () => void };

const FIRST: StageDraft = { key: "first", id: null, name: "", norm_days: null };

/** A new pipeline: a name and its open stages; won and lost come by themselves. */
export function NewPipelineForm({ onSettled, onClose }: Props) {
  const { t } = useLingui();
  const [name, setName] = useState("");
  const [stages, setStages] = useState<StageDraft[]>([FIRST]);
  useUnsaved(name !== "");
  const creation = useMutation({
    mutationFn: () =>
      createPipeline({
        name: name.trim(),
        stages: stages.map(({ norm_days, ...stage }) => ({ name: stage.name.trim(), norm_days })),
      }),
    onSettled,
    onSuccess: onClose,
  });
  const isReady = name.trim() !== "" && stages.every((stage) => stage.name.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !creation.isPending) creation.mutate();
  };
  return (
    <Sheet title={t`Новая воронка`} onClose={onClose}>
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
        <FormFailure error={creation.error} />
        <div className={css.actions}>
          <Button type="submit" kind="primary" isBusy={creation.isPending} isOff={!isReady}>
            {t`Создать`}
          </Button>
          <Button onClick={onClose}>{t`Отмена`}</Button>
        </div>
      </form>
    </Sheet>
  );
}
