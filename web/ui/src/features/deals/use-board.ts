import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { serverNow } from "@/lib/clock";
import type { DealBoard } from "@/lib/wire";
import { withMove } from "./board-moves";
import { boardKey, DEALS_KEY, fetchBoard, fetchColumn, type Move, moveDeal } from "./deals-api";

/** A pipeline's board: moves show at once, and go back if the server refuses them. */
export function useBoard(pipeline: string | null) {
  const queries = useQueryClient();
  const key = boardKey(pipeline);
  const board = useQuery({
    queryKey: key,
    queryFn: () => fetchBoard(pipeline),
    refetchInterval: 30_000, // what others move comes along
    refetchIntervalInBackground: false,
  });
  const moving = useMutation({
    mutationFn: moveDeal,
    onMutate: async ({ dealId, stageId }: Move) => {
      await queries.cancelQueries({ queryKey: key });
      const before = queries.getQueryData<DealBoard>(key);
      const now = new Date(serverNow()).toISOString();
      if (before) queries.setQueryData(key, withMove(before, dealId, stageId, now));
      return before;
    },
    onError: (_error, _move, before) => before && queries.setQueryData(key, before),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: DEALS_KEY });
      void queries.invalidateQueries({ queryKey: ["timeline"] });
    },
  });
  const more = useMutation({
    mutationFn: ({ stageId, cursor }: { stageId: string; cursor: string }) =>
      fetchColumn(stageId, cursor),
    onSuccess: (page, { stageId }) => {
      queries.setQueryData<DealBoard>(
        key,
        (known) =>
          known && {
            ...known,
            columns: known.columns.map((column) =>
              column.stage.id === stageId
                ? {
                    ...column,
                    items: [...column.items, ...page.items],
                    next_cursor: page.next_cursor,
                  }
                : column,
            ),
          },
      );
    },
  });
  return { board, moving, more };
}
