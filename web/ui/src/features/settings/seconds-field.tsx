import css from "./settings.module.css";

const LONGEST = 3600;

type Props = { label: string; value: number | null; onChange: (seconds: number | null) => void };

/** So many whole seconds, or nothing. */
export function SecondsField({ label, value, onChange }: Props) {
  return (
    <label className={css.label}>
      {label}
      <input
        className={css.field}
        type="number"
        inputMode="numeric"
        min={1}
        max={LONGEST}
        step={1}
        value={value ?? ""}
        onChange={(event) => {
          const seconds = event.currentTarget.valueAsNumber;
          onChange(Number.isFinite(seconds) ? Math.round(seconds) : null);
        }}
      />
    </label>
  );
}
