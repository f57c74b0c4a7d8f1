import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import { useLive } from "@/features/calls/live-store";
import { answerOf, api } from "@/lib/api";
import { useFormat } from "@/lib/use-format";
import { BoardAgents } from "./board-agents";
import { BoardCalls } from "./board-calls";
import { BoardFigures } from "./board-figures";
import { BoardGaps } from "./board-gaps";
import css from "./board-page.module.css";
import { BoardQueues } from "./board-queues";
import { lookAtBoard, useBoardStore } from "./board-store";

/** What the floor does now: who waits, who talks, who rests. Told by push; every number opens its calls. */
export function BoardPage() {
  const { t } = useLingui();
  const format = useFormat();
  useEffect(lookAtBoard, []);
  const told = useBoardStore((store) => store.board);
  const lostAt = useLive((live) => live.lostAt);
  const first = useQuery({
    queryKey: ["board"],
    queryFn: () => answerOf(api.GET("/api/board")),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const board = told ?? first.data;
  if (!board) {
    return (
      <div className={css.page}>
        <div className={css.inside}>
          <h1>{t`Мониторинг`}</h1>
          {first.isError ? (
            <LoadFailure error={first.error} onRetry={() => void first.refetch()} />
          ) : (
            <Skeleton lines={8} height={48} />
          )}
        </div>
      </div>
    );
  }
  const isFrozen = lostAt !== null || board.links.some((link) => !link.is_up);
  const heard = format.exactTime(lostAt ?? board.at);
  return (
    <div className={css.page} data-frozen={isFrozen || undefined}>
      <div className={css.inside}>
        <header className={css.head}>
          <h1>{t`Мониторинг`}</h1>
          <p className={css.at}>
            {isFrozen ? t`данные на ${heard}` : t`с ${format.time(board.day_from)}, ${heard}`}
          </p>
        </header>
        <BoardGaps gaps={board.gaps} />
        <BoardFigures board={board} />
        <BoardQueues queues={board.queues} since={board.day_from} />
        <div className={css.pair}>
          <BoardAgents agents={board.agents} calls={board.calls} />
          <BoardCalls calls={board.calls} />
        </div>
      </div>
    </div>
  );
}
