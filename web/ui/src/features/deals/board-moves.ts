// The board as it will be: a move is shown before the server has said yes. Pure.
import type { Deal, DealBoard, DealColumn, MoneySum } from "@/lib/wire";

/** The board with one deal in another column, on top; the same board if there is nothing to move. */
export function withMove(
  board: DealBoard,
  dealId: string,
  stageId: string,
  now: string,
): DealBoard {
  const deal = findDeal(board, dealId);
  const target = board.columns.find((column) => column.stage.id === stageId);
  if (!deal || !target || deal.stage.id === stageId) return board;
  const { kind } = target.stage;
  const moved: Deal = {
    ...deal,
    stage: target.stage,
    stage_since_at: now,
    status: kind,
    closed_at: kind === "open" ? null : now,
  };
  return {
    ...board,
    columns: board.columns.map((column) => {
      if (column.stage.id === deal.stage.id) return without(column, deal);
      if (column.stage.id === stageId) return withDeal(column, moved);
      return column;
    }),
  };
}

export const findDeal = (board: DealBoard, id: string): Deal | undefined =>
  board.columns.flatMap((column) => column.items).find((deal) => deal.id === id);

/** The stage beside this one, or null at the edge of the board. */
export function neighbour(board: DealBoard, stageId: string, step: 1 | -1): DealColumn | null {
  const place = board.columns.findIndex((column) => column.stage.id === stageId);
  return place < 0 ? null : (board.columns[place + step] ?? null);
}

/** How many days a deal stands in its stage, and whether that is longer than it should be. */
export function standing(deal: Deal, now: number): { days: number; tone: "late" | "slow" | null } {
  const days = Math.floor((now - Date.parse(deal.stage_since_at)) / 86_400_000);
  const norm = deal.stage.norm_days;
  if (deal.status !== "open" || norm === null || days <= norm) return { days, tone: null };
  return { days, tone: days > norm * 2 ? "late" : "slow" };
}

function without(column: DealColumn, deal: Deal): DealColumn {
  return {
    ...column,
    count: column.count - 1,
    sums: added(column.sums, deal, -1),
    items: column.items.filter((other) => other.id !== deal.id),
  };
}

function withDeal(column: DealColumn, deal: Deal): DealColumn {
  return {
    ...column,
    count: column.count + 1,
    sums: added(column.sums, deal, 1),
    items: [deal, ...column.items],
  };
}

function added(sums: readonly MoneySum[], deal: Deal, sign: 1 | -1): MoneySum[] {
  const amount = deal.amount_minor ?? 0;
  const known = sums.some((sum) => sum.currency === deal.currency);
  const all = known ? [...sums] : [...sums, { currency: deal.currency, count: 0, amount_minor: 0 }];
  return all
    .map((sum) =>
      sum.currency === deal.currency
        ? {
            ...sum,
            count: sum.count + sign,
            amount_minor: sum.amount_minor + sign * amount,
          }
        : sum,
    )
    .filter((sum) => sum.count > 0);
}
