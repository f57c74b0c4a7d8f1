import { useLingui } from "@lingui/react/macro";
import type { WorkingHours } from "@/lib/wire";
import css from "./settings.module.css";
import { useFieldWords } from "./use-field-words";
import { DAYS, dayText } from "./week-text";

type Told = Readonly<Record<string, unknown>>;

const isTold = (value: unknown): value is Told =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const plain = (value: unknown): string =>
  value === null || value === undefined || value === ""
    ? "—"
    : typeof value === "object"
      ? inShort(value)
      : String(value);

const isWeek = (told: Told): told is WorkingHours & Told => DAYS.every((day) => day in told);

/** A week's hours, the days off left out. */
const inWords = (week: WorkingHours): string =>
  DAYS.map((day) => (week[day]?.length ? `${day} ${dayText(week[day])}` : ""))
    .filter(Boolean)
    .join("; ");

/** A list in a row, and of each thing in it the name that it has. */
function inShort(value: object): string {
  if (Array.isArray(value)) return value.map(plain).join(", ") || "—";
  const told = value as Told;
  if (isWeek(told)) return inWords(told);
  return typeof told.name === "string" ? told.name : JSON.stringify(value);
}

/** What was and what is, a line for each thing that differs; all else as it was told. */
export function AuditDetails({ details }: { details: Told }) {
  const wordOf = useFieldWords();
  const { t } = useLingui();
  const shown = (value: unknown): string =>
    typeof value === "boolean" ? (value ? t`да` : t`нет`) : plain(value);
  const { before, after, ...rest } = details;
  const lines: [string, string][] = Object.entries(rest).map(([key, value]) => [key, shown(value)]);
  const was = isTold(before) ? before : {};
  const is = isTold(after) ? after : {};
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    if (JSON.stringify(was[key]) !== JSON.stringify(is[key]))
      lines.push([key, isTold(before) ? `${shown(was[key])} → ${shown(is[key])}` : shown(is[key])]);
  }
  return (
    <>
      {lines.map(([key, text]) => (
        <div key={key}>
          <span className={css.quiet}>{wordOf(key)}:</span> {text}
        </div>
      ))}
    </>
  );
}
