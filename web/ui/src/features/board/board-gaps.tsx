import { useLingui } from "@lingui/react/macro";
import { IconAlertTriangle } from "@tabler/icons-react";
import { serverNow } from "@/lib/clock";
import { useFormat } from "@/lib/use-format";
import type { Board } from "@/lib/wire";
import css from "./board-page.module.css";

const SHOWN = 4;

/** The holes of today: when no PBX was heard. What happened in them is in no figure. */
export function BoardGaps({ gaps }: { gaps: Board["gaps"] }) {
  const { t } = useLingui();
  const format = useFormat();
  if (gaps.length === 0) return null;
  const now = serverNow();
  const moment = (at: string) => {
    const [day, time] = [format.whenShort(at, now), format.time(at)];
    return day === time ? time : `${day} ${time}`;
  };
  const words = gaps.slice(-SHOWN).map((gap) => {
    const from = moment(gap.from_at);
    const to = gap.to_at && moment(gap.to_at);
    return to
      ? t`АТС «${gap.pbx}» не было слышно: ${from} – ${to}`
      : t`АТС «${gap.pbx}» не слышно с ${from}`;
  });
  const more = gaps.length - words.length;
  return (
    <div className={css.gaps} role="status">
      <IconAlertTriangle size={16} stroke={1.7} aria-hidden="true" />
      <div>
        <p>{t`Сегодняшние числа могут быть неполны`}</p>
        <ul>
          {words.map((word) => (
            <li key={word}>{word}</li>
          ))}
          {more > 0 && <li>{t`и раньше ещё ${more}`}</li>}
        </ul>
      </div>
    </div>
  );
}
