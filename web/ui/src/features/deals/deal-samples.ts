// Deals for the tests of this folder.
import type { Deal, DealBoard, DealColumn } from "@/lib/wire";

const NAMES = ["Звонок", "Встреча", "Проиграна"];

export const stageOf = (place: number): Deal["stage"] => ({
  id: `stage-${place}`,
  name: NAMES[place] ?? "",
  kind: place === 2 ? "lost" : "open",
  position: place,
  norm_days: place === 2 ? null : 3,
});

export const aDeal = (changes: Partial<Deal> = {}): Deal => ({
  id: "deal-1",
  title: "Стойки оператора",
  client: { id: "client-1", name: "Анна Соколова" },
  pipeline: { id: "pipeline", name: "Продажи" },
  stage: stageOf(0),
  status: "open",
  amount_minor: 10_000,
  currency: "RUB",
  lost_reason: null,
  expected_on: null,
  owner: null,
  version: 1,
  stage_since_at: "2026-03-02T09:00:00Z",
  next_task_at: null,
  created_at: "2026-03-01T09:00:00Z",
  closed_at: null,
  ...changes,
});

const column = (place: number, items: Deal[]): DealColumn => ({
  stage: stageOf(place),
  count: items.length,
  sums: items.length
    ? [{ currency: "RUB", count: items.length, amount_minor: 10_000 * items.length }]
    : [],
  items,
  next_cursor: null,
});

export const aBoard = (): DealBoard => ({
  pipeline: { id: "pipeline", name: "Продажи" },
  columns: [column(0, [aDeal(), aDeal({ id: "deal-2" })]), column(1, []), column(2, [])],
});
