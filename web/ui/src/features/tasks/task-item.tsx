import { useLingui } from "@lingui/react/macro";
import { IconChecklist } from "@tabler/icons-react";
import css from "@/features/clients/change-item.module.css";
import { TimelineRow } from "@/features/clients/timeline-row";
import { useFormat } from "@/lib/use-format";
import type { TimelineItem } from "@/lib/wire";

type Props = { item: TimelineItem; change: Record<string, unknown> };

/** What became of a task, in one line. */
export function TaskItem({ item, change }: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const title = typeof change.title === "string" ? change.title : "";
  const who = item.actor?.name;
  function told(): string {
    if (change.action === "created") {
      return who ? t`${who}: задача «${title}»` : t`Задача «${title}»`;
    }
    if (change.action === "cancelled") return t`Задача «${title}» снята`;
    return who ? t`${who}: сделано «${title}»` : t`Задача «${title}» закрыта разговором`;
  }
  return (
    <TimelineRow
      icon={<IconChecklist size={15} stroke={1.7} />}
      tone={change.action === "done" ? "live" : "plain"}
    >
      <p className={css.line}>
        <span>{told()}</span>
        <time dateTime={item.at}>{format.time(item.at)}</time>
      </p>
    </TimelineRow>
  );
}
