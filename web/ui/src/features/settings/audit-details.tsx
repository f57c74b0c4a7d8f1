import css from "./settings.module.css";

type Told = Readonly<Record<string, unknown>>;

const isTold = (value: unknown): value is Told =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const shown = (value: unknown): string =>
  value === null || value === undefined || value === ""
    ? "—"
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);

/** What was and what is, a line for each thing that differs; all else as it was told. */
export function AuditDetails({ details }: { details: Told }) {
  const { before, after, ...rest } = details;
  const lines: [string, string][] = Object.entries(rest).map(([key, value]) => [key, shown(value)]);
  const was = isTold(before) ? before : {};
  const is = isTold(after) ? after : {};
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    if (JSON.stringify(was[key]) !== JSON.stringify(is[key]))
      lines.push([key, `${shown(was[key])} → ${shown(is[key])}`]);
  }
  return (
    <>
      {lines.map(([key, text]) => (
        <div key={key}>
          <span className={css.quiet}>{key}:</span> {text}
        </div>
      ))}
    </>
  );
}
