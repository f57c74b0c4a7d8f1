import { useLingui } from "@lingui/react/macro";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import { Tag } from "@/components/tag";
import { DEALS_KEY, fetchPipelines, PIPELINES_KEY } from "@/features/deals/deals-api";
import type { Pipeline } from "@/lib/wire";
import { FormFailure } from "./form-failure";
import { NewPipelineForm } from "./new-pipeline-form";
import { PipelineEditor } from "./pipeline-editor";
import { changePipeline, orderPipelines } from "./pipelines-api";
import css from "./settings.module.css";
import { AUDIT_KEY } from "./settings-api";
import { SettingsSection } from "./settings-section";
import { openStages, shifted } from "./stage-drafts";

/** The ways a deal goes, and the steps of each. */
export function PipelinesSection() {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [opened, setOpened] = useState<string | null>(null);
  const [isAdding, setAdding] = useState(false);
  const pipelines = useQuery({ queryKey: PIPELINES_KEY, queryFn: fetchPipelines });
  const onSettled = () => {
    for (const queryKey of [PIPELINES_KEY, DEALS_KEY, AUDIT_KEY])
      void queries.invalidateQueries({ queryKey });
  };
  const order = useMutation({ mutationFn: orderPipelines, onSettled });
  const change = useMutation({
    mutationFn: (pipeline: Pipeline) =>
      changePipeline(pipeline, { is_active: !pipeline.is_active }),
    onSettled,
  });
  const rows = pipelines.data ?? [];
  const edited = rows.find(({ id }) => id === opened);
  const move = (from: number, by: -1 | 1) => {
    if (!order.isPending) order.mutate(shifted(rows, from, by));
  };
  return (
    <SettingsSection
      title={t`Воронки`}
      lead={t`По каким этапам идут сделки. Этап, в котором были сделки, не удаляется, а убирается: история остаётся.`}
      objects={["pipeline"]}
      action={
        <Button kind="primary" onClick={() => setAdding(true)}>
          {t`Новая воронка`}
        </Button>
      }
    >
      <FormFailure error={change.error ?? order.error} />
      {pipelines.isPending && <Skeleton lines={4} height={22} />}
      {pipelines.isError && (
        <LoadFailure error={pipelines.error} onRetry={() => void pipelines.refetch()} />
      )}
      {rows.length > 0 && (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t`Воронка`}</th>
              <th scope="col">{t`Этапы`}</th>
              <th scope="col">
                <span className="visually-hidden">{t`Действия`}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((one, place) => (
              <tr key={one.id} data-off={!one.is_active || undefined}>
                <td>
                  <span className={css.name}>{one.name}</span>{" "}
                  {!one.is_active && <Tag>{t`убрана`}</Tag>}
                </td>
                <td>
                  {openStages(one)
                    .map(({ name }) => name)
                    .join(" → ")}
                </td>
                <td>
                  <Button
                    size="s"
                    kind="quiet"
                    isOff={place === 0}
                    aria-label={t`Выше: ${one.name}`}
                    onClick={() => move(place, -1)}
                  >
                    <IconArrowUp size={16} stroke={1.7} aria-hidden="true" />
                  </Button>
                  <Button
                    size="s"
                    kind="quiet"
                    isOff={place === rows.length - 1}
                    aria-label={t`Ниже: ${one.name}`}
                    onClick={() => move(place, 1)}
                  >
                    <IconArrowDown size={16} stroke={1.7} aria-hidden="true" />
                  </Button>{" "}
                  <Button
                    size="s"
                    aria-label={t`Изменить: ${one.name}`}
                    onClick={() => setOpened(one.id)}
                  >
                    {t`Изменить`}
                  </Button>{" "}
                  <Button
                    size="s"
                    aria-label={one.is_active ? t`Убрать: ${one.name}` : t`Вернуть: ${one.name}`}
                    onClick={() => change.mutate(one)}
                  >
                    {one.is_active ? t`Убрать` : t`Вернуть`}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {edited && (
        <PipelineEditor
          key={`${edited.id} ${edited.version}`}
          pipeline={edited}
          onSettled={onSettled}
          onClose={() => setOpened(null)}
        />
      )}
      {isAdding && <NewPipelineForm onSettled={onSettled} onClose={() => setAdding(false)} />}
    </SettingsSection>
  );
}
