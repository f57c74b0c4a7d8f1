// The board as it is after a change. Pure: the server tells rows whole, and which are gone by key.
import type { Board, BoardAgent, BoardCall, BoardQueue, PushMessage } from "@/lib/wire";

export type BoardChange = Extract<PushMessage, { type: "board.changed" }>;

export const keyOfQueue = (queue: BoardQueue): string => `${queue.pbx}/${queue.name}`;
export const keyOfAgent = (agent: BoardAgent): string => `${agent.user_id}/${agent.extension}`;
export const keyOfCall = (call: BoardCall): string => call.id;

export function applyBoard(board: Board, change: BoardChange): Board {
  const gone = new Set(change.gone);
  return {
    ...board,
    ...change.totals,
    at: change.at,
    links: change.links ?? board.links,
    gaps: change.gaps ?? board.gaps,
    queues: merged(board.queues, change.queues, keyOfQueue, gone),
    agents: merged(board.agents, change.agents, keyOfAgent, gone),
    calls: merged(board.calls, change.calls, keyOfCall, gone),
  };
}

/** Rows that did not change stay the same objects, so that nothing is drawn for them. */
function merged<Row>(
  rows: readonly Row[],
  changed: readonly Row[],
  keyOf: (row: Row) => string,
  gone: ReadonlySet<string>,
): Row[] {
  const news = new Map(changed.map((row) => [keyOf(row), row]));
  const kept = rows
    .filter((row) => !gone.has(keyOf(row)))
    .map((row) => {
      const key = keyOf(row);
      const fresh = news.get(key) ?? row;
      news.delete(key);
      return fresh;
    });
  return [...kept, ...news.values()];
}
