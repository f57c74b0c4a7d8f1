import { expect, test } from "vitest";
import type { Pipeline, Stage } from "@/lib/wire";
import { leaving, openStages, putAway, shifted, stageChange } from "./stage-drafts";

const stage = (id: string, change: Partial<Stage> = {}): Stage => ({
  id,
  name: id,
  position: 0,
  kind: "open",
  norm_days: null,
  is_active: true,
  ...change,
});

const pipeline: Pipeline = {
  id: "sales",
  name: "Продажи",
  position: 0,
  is_active: true,
  version: 4,
  stages: [
    stage("call"),
    stage("offer"),
    stage("won", { kind: "won" }),
    stage("old", { is_active: false }),
  ],
};

test("only open stages in use are changed, and those put away can come back", () => {
  const drafts = openStages(pipeline);
  expect(drafts.map(({ id }) => id)).toEqual(["call", "offer"]);
  expect(putAway(pipeline, drafts).map(({ id }) => id)).toEqual(["old"]);
});

test("a stage that goes says where its deals go, and no other does", () => {
  const drafts = openStages(pipeline).filter(({ id }) => id !== "call");
  expect(leaving(pipeline, drafts).map(({ id }) => id)).toEqual(["call"]);
  const added = { key: "new-1", id: null, name: " Счёт ", norm_days: 3 };
  const change = stageChange(pipeline, [...drafts, added], { call: "offer", old: "offer" });
  expect(change.moves).toEqual({ call: "offer" });
  expect(change.stages).toEqual([
    { id: "offer", name: "offer", norm_days: null },
    { id: null, name: "Счёт", norm_days: 3 },
  ]);
});

test("a row moves by one and stays at the end", () => {
  expect(shifted(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
  expect(shifted(["a", "b", "c"], 0, -1)).toEqual(["a", "b", "c"]);
  expect(shifted(["a", "b", "c"], 2, 1)).toEqual(["a", "b", "c"]);
});
