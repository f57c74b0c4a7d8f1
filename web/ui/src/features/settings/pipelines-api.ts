import { answerOf, api } from "@/lib/api";
import type { NewPipeline, Pipeline, PipelineChange } from "@/lib/wire";

export const createPipeline = (body: NewPipeline) => answerOf(api.POST("/api/pipelines", { body }));

export const changePipeline = (
  { id, version }: Pick<Pipeline, "id" | "version">,
  change: Partial<Omit<PipelineChange, "version">>,
) =>
  answerOf(
    api.PATCH("/api/pipelines/{pipeline_id}", {
      params: { path: { pipeline_id: id } },
      body: { ...change, version } as never, // what is absent stays
    }),
  );

/** Put the pipelines into this order: only those that stand elsewhere are changed. */
export async function orderPipelines(pipelines: readonly Pipeline[]): Promise<void> {
  for (const [position, pipeline] of pipelines.entries())
    if (pipeline.position !== position) await changePipeline(pipeline, { position });
}
