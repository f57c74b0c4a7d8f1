import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import type { Deal } from "@/lib/wire";
import { fetchPipelines, PIPELINES_KEY } from "./deals-api";
import css from "./stage-stepper.module.css";

type Props = { deal: Deal; onMove: (stageId: string, kind: string) => void };

/** The way of a deal: a click puts it into that stage. */
export function StageStepper({ deal, onMove }: Props) {
  const { t } = useLingui();
  const pipelines = useQuery({ queryKey: PIPELINES_KEY, queryFn: fetchPipelines });
  const stages = (pipelines.data?.find((one) => one.id === deal.pipeline.id)?.stages ?? []).filter(
    (stage) => stage.is_active || stage.id === deal.stage.id,
  );
  return (
    <div className={css.stages} role="group" aria-label={t`Этап`}>
      {stages.map((stage) => (
        <button
          key={stage.id}
          type="button"
          className={css.stage}
          data-kind={stage.kind}
          data-passed={(stage.kind === "open" && stage.position < deal.stage.position) || undefined}
          aria-pressed={stage.id === deal.stage.id}
          onClick={() => stage.id !== deal.stage.id && onMove(stage.id, stage.kind)}
        >
          {stage.name}
        </button>
      ))}
    </div>
  );
}
