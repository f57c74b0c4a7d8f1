import { useLingui } from "@lingui/react/macro";
import { formatCount } from "@/lib/format-time";
import { useFormat } from "@/lib/use-format";
import type { MyDay } from "@/lib/wire";
import css from "./day-numbers.module.css";

/** My day in four numbers. */
export function DayNumbers({ day }: { day: MyDay }) {
  const { t } = useLingui();
  const format = useFormat();
  const average = day.answered > 0 ? day.talk_seconds / day.answered : 0;
  const numbers = [
    { label: t`Звонков сегодня`, value: formatCount(day.calls) },
    { label: t`Отвечено`, value: formatCount(day.answered), tone: "live" },
    { label: t`Пропущено`, value: formatCount(day.missed), tone: day.missed > 0 ? "bad" : "" },
    {
      label: t`Говорили`,
      value: day.talk_seconds > 0 ? format.duration(day.talk_seconds) : "0",
      under: average > 0 ? t`в среднем ${format.duration(average)}` : "",
    },
  ];
  return (
    <dl className={css.numbers}>
      {numbers.map(({ label, value, tone, under }) => (
        <div key={label} data-tone={tone || undefined}>
          <dt>{label}</dt>
          <dd>{value}</dd>
          {under && <dd className={css.under}>{under}</dd>}
        </div>
      ))}
    </dl>
  );
}
