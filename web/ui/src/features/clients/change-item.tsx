import { useLingui } from "@lingui/react/macro";
import { IconPencil } from "@tabler/icons-react";
import { useFormat } from "@/lib/use-format";
import type { TimelineItem } from "@/lib/wire";
import css from "./change-item.module.css";
import { TimelineRow } from "./timeline-row";

type Props = { item: TimelineItem; change: Record<string, unknown> };

/** A change of the card, in one line: who, and which fields. */
export function ChangeItem({ item, change }: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const names: Record<string, string> = {
    name: t`имя`,
    greeting_name: t`обращение`,
    kind: t`вид`,
    position: t`должность`,
    email: t`почта`,
    city: t`город`,
    source: t`источник`,
    comment: t`комментарий`,
    is_vip: "VIP",
    tags: t`метки`,
    owner_id: t`ответственный`,
    company_id: t`компания`,
    company_name: t`компания`,
    phones: t`номера`,
  };
  const fields = Object.keys(change.fields ?? {})
    .flatMap((field) => names[field] ?? [])
    .join(", ");
  const who = item.actor?.name ?? t`Система`;
  function told(): string {
    if (change.action === "created") return t`${who}: карточка создана`;
    return fields ? t`${who}: изменено ${fields}` : t`${who}: карточка изменена`;
  }
  return (
    <TimelineRow icon={<IconPencil size={15} stroke={1.7} />}>
      <p className={css.line}>
        <span>{told()}</span>
        <time dateTime={item.at}>{format.time(item.at)}</time>
      </p>
    </TimelineRow>
  );
}
