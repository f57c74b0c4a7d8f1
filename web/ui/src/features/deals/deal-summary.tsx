import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useNow } from "@/lib/clock";
import { formatMoney } from "@/lib/money";
import type { Deal } from "@/lib/wire";
import { standing } from "./board-moves";
import css from "./client-deals.module.css";
import { fetchPipelines, PIPELINES_KEY } from "./deals-api";

/** A deal in a narrow column: its name and sum, how far it has come, and for how long it stands. */
export function DealSummary({ deal }: { deal: Deal }) {
  const { t } = useLingui();
  const now = useNow();
  const pipelines = useQuery({ queryKey: PIPELINES_KEY, queryFn: fetchPipelines });
  const stages = (pipelines.data?.find((one) => one.id === deal.pipeline.id)?.stages ?? []).filter(
    (stage) => stage.kind === "open" && stage.is_active,
  );
  const { days } = standing(deal, now);
  const shownDays = plural(days, { one: "# день", few: "# дня", many: "# дней", other: "# дня" });
  const under = {
    open: t`${deal.stage.name} · ${shownDays}`,
    won: deal.stage.name,
    lost: deal.lost_reason ? t`Проиграна: ${deal.lost_reason}` : deal.stage.name,
  }[deal.status];
  return (
    <Link className={css.deal ?? ""} to="/deals/$dealId" params={{ dealId: deal.id }}>
      <span className={css.top}>
        <span className={css.title}>{deal.title}</span>
        {deal.amount_minor !== null && (
          <span className={css.amount}>{formatMoney(deal.amount_minor, deal.currency)}</span>
        )}
      </span>
      {deal.status === "open" && (
        <span className={css.bar} aria-hidden="true">
          {stages.map((stage) => (
            <span key={stage.id} data-passed={stage.position <= deal.stage.position || undefined} />
          ))}
        </span>
      )}
      <span className={css.under} data-status={deal.status}>
        {under}
      </span>
    </Link>
  );
}
