import { useLingui } from "@lingui/react/macro";
import { useId, useState } from "react";
import type { WorkingHours } from "@/lib/wire";
import css from "./settings.module.css";
import { DAYS, type Day, readDay, readWeek, weekText } from "./week-text";

const WORKDAY = [{ opens: "09:00", closes: "18:00" }];
const USUAL: WorkingHours = {
  ...{ mon: WORKDAY, tue: WORKDAY, wed: WORKDAY, thu: WORKDAY, fri: WORKDAY, sat: [], sun: [] },
  time_zone: null,
};

type Props = {
  /** What holds where no hours are said. */
  otherwise: string;
  value: WorkingHours | null;
  /** `undefined` while a day cannot be read. */
  onChange: (hours: WorkingHours | null | undefined) => void;
};

/** When somebody answers, day by day; a call-back is due when they open next. */
export function WorkingHoursField({ otherwise, value, onChange }: Props) {
  const { t } = useLingui();
  const id = useId();
  const [text, setText] = useState(() => (value ? weekText(value) : null));
  const names: Record<Day, string> = {
    mon: t`пн`,
    tue: t`вт`,
    wed: t`ср`,
    thu: t`чт`,
    fri: t`пт`,
    sat: t`сб`,
    sun: t`вс`,
  };
  const zone = value?.time_zone ?? null;
  const choose = (isOwn: boolean) => {
    setText(isOwn ? weekText(USUAL) : null);
    onChange(isOwn ? USUAL : null);
  };
  const write = (day: Day, hours: string) => {
    if (!text) return;
    const next = { ...text, [day]: hours };
    setText(next);
    onChange(readWeek(next, zone) ?? undefined);
  };
  return (
    <fieldset className={css.hours}>
      <legend>{t`Рабочие часы`}</legend>
      <div className={css.row}>
        <label className={css.check}>
          <input type="radio" name={id} checked={!text} onChange={() => choose(false)} />
          {otherwise}
        </label>
        <label className={css.check}>
          <input type="radio" name={id} checked={text !== null} onChange={() => choose(true)} />
          {t`по часам`}
        </label>
      </div>
      {text && (
        <div className={css.week}>
          {DAYS.map((day) => (
            <label key={day} className={css.label}>
              {names[day]}
              <input
                className={css.field}
                value={text[day]}
                maxLength={60}
                placeholder={t`выходной`}
                aria-invalid={readDay(text[day]) === null || undefined}
                onChange={(event) => write(day, event.currentTarget.value)}
              />
            </label>
          ))}
        </div>
      )}
    </fieldset>
  );
}
