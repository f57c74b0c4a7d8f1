// A pipeline's open stages while somebody changes them: pure, so that the order is easy to trust.
import type { Pipeline, PipelineChange, Stage } from "@/lib/wire";

export type StageDraft = {
  /** Names the row on the page; a new stage has no id on the server yet. */
  key: string;
  id: string | null;
  name: string;
  norm_days: number | null;
};

const draftOf = ({ id, name, norm_days }: Stage): StageDraft => ({ key: id, id, name, norm_days });

const isOpen = (stage: Stage) => stage.kind === "open";

export const openStages = (pipeline: Pipeline): StageDraft[] =>
  pipeline.stages.filter((stage) => isOpen(stage) && stage.is_active).map(draftOf);

/** Stages that were put away before, and could be taken out again. */
export const putAway = (pipeline: Pipeline, drafts: readonly StageDraft[]): StageDraft[] =>
  pipeline.stages
    .filter((stage) => isOpen(stage) && !stage.is_active)
    .filter(({ id }) => !drafts.some((draft) => draft.id === id))
    .map(draftOf);

/** Stages in use that are to go: it has to be said where their deals go. */
export const leaving = (pipeline: Pipeline, drafts: readonly StageDraft[]): StageDraft[] =>
  openStages(pipeline).filter(({ id }) => !drafts.some((draft) => draft.id === id));

/** The row at `from` one place up (-1) or down (1); at the end it stays. */
export function shifted<T>(rows: readonly T[], from: number, by: -1 | 1): T[] {
  const next = [...rows];
  const [one, other] = [next[from], next[from + by]];
  if (one !== undefined && other !== undefined) {
    next[from] = other;
    next[from + by] = one;
  }
  return next;
}

/** What the server is asked for. Only a stage that goes has a place for its deals. */
export function stageChange(
  pipeline: Pipeline,
  drafts: readonly StageDraft[],
  targets: Readonly<Record<string, string>>,
): Pick<PipelineChange, "stages" | "moves"> {
  const moves: Record<string, string> = {};
  for (const { key } of leaving(pipeline, drafts)) if (targets[key]) moves[key] = targets[key];
  const stages = drafts.map(({ id, name, norm_days }) => ({ id, name: name.trim(), norm_days }));
  return { stages, moves };
}
