import { draggable } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { Menu } from "@mantine/core";
import { IconAlertTriangle, IconArrowRight, IconChecklist } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useNow } from "@/lib/clock";
import { formatMoney } from "@/lib/money";
import { useFormat } from "@/lib/use-format";
import type { Deal } from "@/lib/wire";
import { standing } from "./board-moves";
import css from "./deal-board.module.css";

type Props = {
  deal: Deal;
  stages: readonly Deal["stage"][];
  onMove: (dealId: string, stageId: string) => void;
};

/** A deal on the board: dragged, or moved by its menu. */
export function DealCard({ deal, stages, onMove }: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const now = useNow();
  const box = useRef<HTMLElement>(null);
  const [isDragged, setDragged] = useState(false);
  useEffect(() => {
    if (!box.current) return;
    return draggable({
      element: box.current,
      getInitialData: () => ({ dealId: deal.id }),
      onDragStart: () => setDragged(true),
      onDrop: () => setDragged(false),
    });
  }, [deal.id]);
  const { days, tone } = standing(deal, now);
  const shownDays = plural(days, { one: "# день", few: "# дня", many: "# дней", other: "# дня" });
  const isTaskLate = deal.next_task_at !== null && Date.parse(deal.next_task_at) < now;
  return (
    <article
      ref={box}
      className={css.card}
      data-deal={deal.id}
      data-dragged={isDragged || undefined}
    >
      <Link
        className={css.link ?? ""}
        to="/deals/$dealId"
        params={{ dealId: deal.id }}
        draggable={false}
        data-deal-link
      >
        <span className={css.name}>{deal.title}</span>
        {deal.client && <span className={css.client}>{deal.client.name}</span>}
        <span className={css.foot}>
          {deal.amount_minor !== null && (
            <span className={css.amount}>{formatMoney(deal.amount_minor, deal.currency)}</span>
          )}
          {deal.status === "open" && (
            <span className={css.days} data-tone={tone ?? undefined}>
              {tone ? t`${shownDays}, дольше нормы` : shownDays}
            </span>
          )}
          {deal.status === "open" && (
            <span className={css.task} data-tone={isTaskLate ? "late" : undefined}>
              {deal.next_task_at ? (
                <>
                  <IconChecklist size={15} stroke={1.7} aria-hidden="true" />
                  {format.whenShort(deal.next_task_at, now)}
                </>
              ) : (
                <>
                  <IconAlertTriangle size={15} stroke={1.7} aria-hidden="true" />
                  {t`нет задачи`}
                </>
              )}
            </span>
          )}
          {deal.lost_reason && <span className={css.days}>{deal.lost_reason}</span>}
        </span>
      </Link>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <button
            type="button"
            className={css.menu}
            aria-label={t`Переместить «${deal.title}» в…`}
            title={t`Переместить в…`}
          >
            <IconArrowRight size={16} stroke={1.7} aria-hidden="true" />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {stages
            .filter((stage) => stage.id !== deal.stage.id)
            .map((stage) => (
              <Menu.Item key={stage.id} onClick={() => onMove(deal.id, stage.id)}>
                {stage.name}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
    </article>
  );
}
