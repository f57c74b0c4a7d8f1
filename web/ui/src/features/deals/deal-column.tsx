import { dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { useLingui } from "@lingui/react/macro";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import { formatCount } from "@/lib/format-time";
import { formatMoney } from "@/lib/money";
import type { Deal, DealColumn } from "@/lib/wire";
import css from "./deal-board.module.css";
import { DealCard } from "./deal-card";

type Props = {
  column: DealColumn;
  stages: readonly Deal["stage"][];
  isLoading: boolean;
  onMove: (dealId: string, stageId: string) => void;
  onMore: (cursor: string) => void;
};

/** One stage: how many deals and how much, and the newest of them. */
export function DealColumnView({ column, stages, isLoading, onMove, onMore }: Props) {
  const { t } = useLingui();
  const box = useRef<HTMLElement>(null);
  const [isOver, setOver] = useState(false);
  const { id: stageId, name, kind } = column.stage;
  const drop = useRef(onMove);
  drop.current = onMove;
  useEffect(() => {
    if (!box.current) return;
    return dropTargetForElements({
      element: box.current,
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: ({ source }) => {
        setOver(false);
        drop.current(String(source.data.dealId), stageId);
      },
    });
  }, [stageId]);
  const sums = column.sums
    .filter((sum) => sum.amount_minor > 0)
    .map((sum) => formatMoney(sum.amount_minor, sum.currency));
  const cursor = column.next_cursor;
  return (
    <section
      ref={box}
      className={css.column}
      data-kind={kind}
      data-over={isOver || undefined}
      data-stage={stageId}
      aria-label={name}
    >
      <header className={css.title}>
        <h2>
          <span>{name}</span>
          <span className={css.count}>{formatCount(column.count)}</span>
        </h2>
        <p className={css.sum}>{sums.join(" · ")}</p>
      </header>
      <div className={css.cards}>
        {column.items.map((deal) => (
          <DealCard key={deal.id} deal={deal} stages={stages} onMove={onMove} />
        ))}
        {column.items.length === 0 && <p className={css.empty}>{t`Здесь пока пусто`}</p>}
        {cursor && (
          <Button size="s" isBusy={isLoading} onClick={() => onMore(cursor)}>
            {t`Показать ещё`}
          </Button>
        )}
      </div>
    </section>
  );
}
