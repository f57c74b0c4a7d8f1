import { useLingui } from "@lingui/react/macro";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { Board } from "@/lib/wire";
import css from "./board-page.module.css";
import { useGapWords } from "./use-gap-words";

const SHOWN = 4;

/** The holes of today: when no PBX was heard, and what its records gave back of the calls in them. */
export function BoardGaps({ gaps }: { gaps: Board["gaps"] }) {
  const { t } = useLingui();
  const words = useGapWords();
  if (gaps.length === 0) return null;
  const lines = gaps.slice(-SHOWN).map(words);
  const more = gaps.length - lines.length;
  const isWhole = gaps.every((gap) => gap.recovery === "done");
  return (
    <div className={css.gaps} role="status">
      <IconAlertTriangle size={16} stroke={1.7} aria-hidden="true" />
      <div>
        <p>
          {isWhole
            ? t`Звонки за время без связи взяты из записей АТС`
            : t`Сегодняшние числа могут быть неполны`}
        </p>
        <ul>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
          {more > 0 && <li>{t`и раньше ещё ${more}`}</li>}
        </ul>
      </div>
    </div>
  );
}
