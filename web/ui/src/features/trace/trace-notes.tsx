import { useLingui } from "@lingui/react/macro";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useFormat } from "@/lib/use-format";
import type { CallTrace } from "@/lib/wire";
import css from "./trace-page.module.css";

/** What the reader must know before believing the rest: what is missing, and what differs. */
export function TraceNotes({ trace }: { trace: CallTrace }) {
  const { t } = useLingui();
  const format = useFormat();
  const { tape, gaps, differences } = trace;
  const since = tape.begins_at ? format.exactTime(tape.begins_at) : "";
  const notes = [
    tape.state === "gone" && t`Ленты АТС за это время уже нет. Показано только то, что знает база.`,
    tape.state === "begins_late" && t`Лента АТС начинается позже звонка: ${since}.`,
    tape.is_cut && t`Звонок сказал больше, чем здесь помещается: показано начало.`,
    ...gaps.map((gap) => {
      const from = format.exactTime(gap.from_at);
      const to = gap.to_at ? format.exactTime(gap.to_at) : "…";
      return t`АТС не было слышно: ${from} – ${to}`;
    }),
    ...differences.map(({ field, stored, told }) => {
      const version = tape.tracker_version;
      return t`Записано другой версией: ${field} было «${stored}», версия ${version} рассказала бы «${told}»`;
    }),
  ].filter((note): note is string => Boolean(note));
  if (notes.length === 0) return null;
  return (
    <div className={css.notes} role="status">
      <IconAlertTriangle size={16} stroke={1.7} aria-hidden="true" />
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </div>
  );
}
