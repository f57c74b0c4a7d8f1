import { useLingui } from "@lingui/react/macro";
import { useRef, useState } from "react";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import { useHotKey } from "@/lib/use-hot-key";
import type { Deal } from "@/lib/wire";
import { findDeal, neighbour } from "./board-moves";
import css from "./deal-board.module.css";
import { DealColumnView } from "./deal-column";
import pageCss from "./deals-page.module.css";
import { LostReason } from "./lost-reason";
import { useBoard } from "./use-board";

/** The stages side by side. A deal is moved by dragging, by its menu, or with Shift and an arrow. */
export function DealBoardView({ pipeline }: { pipeline: string | null }) {
  const { t } = useLingui();
  const box = useRef<HTMLDivElement>(null);
  const { board, moving, more } = useBoard(pipeline);
  const [losing, setLosing] = useState<{ deal: Deal; stageId: string } | null>(null);
  const [said, setSaid] = useState("");

  const move = (dealId: string, stageId: string) => {
    const deal = board.data && findDeal(board.data, dealId);
    const target = board.data?.columns.find((column) => column.stage.id === stageId);
    if (!deal || !target || deal.stage.id === stageId) return;
    if (target.stage.kind === "lost") {
      setLosing({ deal, stageId });
      return;
    }
    moving.mutate({ dealId, stageId });
    setSaid(t`«${deal.title}» теперь в «${target.stage.name}»`);
    queueMicrotask(() => focusDeal(box.current, dealId));
  };
  const step = (sign: 1 | -1) => {
    const focused = focusedDeal(box.current);
    const deal = focused && board.data && findDeal(board.data, focused);
    const next = deal && board.data && neighbour(board.data, deal.stage.id, sign);
    if (deal && next) move(deal.id, next.stage.id);
  };
  useHotKey("Shift+ArrowRight", () => step(1));
  useHotKey("Shift+ArrowLeft", () => step(-1));
  useHotKey("ArrowDown", () => walk(box.current, "down"));
  useHotKey("ArrowUp", () => walk(box.current, "up"));
  useHotKey("ArrowRight", () => walk(box.current, "right"));
  useHotKey("ArrowLeft", () => walk(box.current, "left"));

  if (board.isPending) {
    return (
      <div className={pageCss.state}>
        <Skeleton lines={6} height={64} />
      </div>
    );
  }
  if (board.isError && !board.data) {
    return (
      <div className={pageCss.state}>
        <LoadFailure error={board.error} onRetry={() => void board.refetch()} />
      </div>
    );
  }
  const stages = board.data.columns.map((column) => column.stage);
  return (
    <>
      <p className="visually-hidden" role="status">
        {said}
      </p>
      {moving.isError && (
        <p className={css.failure} role="alert">
          {t`Сделка не переместилась и стоит на прежнем месте. Попробуйте ещё раз.`}
        </p>
      )}
      <div ref={box} className={css.board}>
        {board.data.columns.map((column) => (
          <DealColumnView
            key={column.stage.id}
            column={column}
            stages={stages}
            onMove={move}
            isLoading={more.isPending && more.variables.stageId === column.stage.id}
            onMore={(cursor) => more.mutate({ stageId: column.stage.id, cursor })}
          />
        ))}
      </div>
      {losing && (
        <LostReason
          deal={losing.deal}
          onClose={() => setLosing(null)}
          onSave={(lostReason) => {
            moving.mutate({ dealId: losing.deal.id, stageId: losing.stageId, lostReason });
            setLosing(null);
          }}
        />
      )}
    </>
  );
}

const cardsOf = (element: Element): HTMLElement[] => [
  ...element.querySelectorAll<HTMLElement>("[data-deal-link]"),
];

const focusedDeal = (box: HTMLElement | null): string | null =>
  box?.contains(document.activeElement)
    ? (document.activeElement?.closest<HTMLElement>("[data-deal]")?.dataset.deal ?? null)
    : null;

function focusDeal(box: HTMLElement | null, dealId: string): void {
  requestAnimationFrame(() =>
    box?.querySelector<HTMLElement>(`[data-deal="${dealId}"] [data-deal-link]`)?.focus(),
  );
}

/** Go to the card beside the focused one; from outside, to the first. */
function walk(box: HTMLElement | null, way: "up" | "down" | "left" | "right"): void {
  if (!box) return;
  const columns = [...box.children].map(cardsOf);
  const active = document.activeElement as HTMLElement;
  const column = columns.findIndex((cards) => cards.includes(active));
  const row = columns[column]?.indexOf(active) ?? -1;
  if (column < 0) {
    columns.flat()[0]?.focus();
    return;
  }
  if (way === "up" || way === "down") {
    columns[column]?.[row + (way === "down" ? 1 : -1)]?.focus();
    return;
  }
  const beside =
    way === "right" ? columns.slice(column + 1) : columns.slice(0, column).toReversed();
  const target = beside.find((cards) => cards.length > 0);
  target?.[Math.min(row, target.length - 1)]?.focus();
}
