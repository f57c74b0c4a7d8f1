import { useLingui } from "@lingui/react/macro";
import { IconArrowRight, IconFlag } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import item from "@/features/clients/change-item.module.css";
import { TimelineRow } from "@/features/clients/timeline-row";
import { useFormat } from "@/lib/use-format";
import type { TimelineItem } from "@/lib/wire";
import css from "./deal-item.module.css";

type Props = { item: TimelineItem; change: Record<string, unknown>; isOwn: boolean };

const word = (value: unknown): string => (typeof value === "string" ? value : "");

/** What became of a deal, in one line. On the deal's own page its name is not said again. */
export function DealItem({ item: entry, change, isOwn }: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const dealId = word(change.deal_id);
  const tone = change.kind === "won" ? "live" : change.kind === "lost" ? "bad" : "plain";
  const name = isOwn ? (
    <span>{entry.actor?.name ?? t`Система`}</span>
  ) : (
    <Link to="/deals/$dealId" params={{ dealId }}>
      {word(change.title)}
    </Link>
  );
  return (
    <TimelineRow icon={<IconFlag size={15} stroke={1.7} />} tone={tone}>
      <p className={item.line}>
        <span className={css.told}>
          {name}
          {change.action === "created" && <span>{t`новая сделка`}</span>}
          {change.action === "changed" && <span>{t`сделка изменена`}</span>}
          {change.action === "moved" && (
            <>
              <span>{word(change.from)}</span>
              <IconArrowRight size={15} stroke={1.7} aria-label={t`стало`} />
              <strong>{word(change.to)}</strong>
              {word(change.reason) && <span>{word(change.reason)}</span>}
            </>
          )}
        </span>
        <time dateTime={entry.at}>{format.time(entry.at)}</time>
      </p>
    </TimelineRow>
  );
}
