import { useLingui } from "@lingui/react/macro";
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";
import { Button } from "@/components/button";
import css from "./settings.module.css";
import { type StageDraft, shifted } from "./stage-drafts";

type Props = { stages: readonly StageDraft[]; onChange: (stages: StageDraft[]) => void };

let serial = 0;

const newStage = (): StageDraft => {
  serial += 1;
  return { key: `new-${serial}`, id: null, name: "", norm_days: null };
};

/** The open stages in their order: arrows move a row, and so does Alt with an arrow key in it. */
export function StageRows({ stages, onChange }: Props) {
  const { t } = useLingui();
  const set = (place: number, change: Partial<StageDraft>) =>
    onChange(stages.map((one, at) => (at === place ? { ...one, ...change } : one)));
  const move = (place: number, by: -1 | 1) => onChange(shifted(stages, place, by));
  const onKey = (place: number) => (event: KeyboardEvent) => {
    if (!event.altKey || (event.code !== "ArrowUp" && event.code !== "ArrowDown")) return;
    event.preventDefault();
    move(place, event.code === "ArrowUp" ? -1 : 1);
  };
  return (
    <fieldset className={css.rows}>
      <legend>{t`Открытые этапы по порядку`}</legend>
      <p className={css.quiet}>{t`Число справа: сколько дней сделке не поздно быть в этапе.`}</p>
      {stages.map((stage, place) => {
        const name = stage.name || String(place + 1);
        return (
          <div className={css.row} key={stage.key}>
            <input
              className={css.field}
              aria-label={t`Этап ${place + 1}`}
              placeholder={t`Название этапа`}
              maxLength={200}
              value={stage.name}
              onChange={(event) => set(place, { name: event.currentTarget.value })}
              onKeyDown={onKey(place)}
            />
            <input
              className={css.short}
              type="number"
              min={1}
              max={3650}
              aria-label={t`Дней в этапе ${name}, не больше`}
              placeholder={t`дней`}
              value={stage.norm_days ?? ""}
              onChange={(event) =>
                set(place, { norm_days: Number(event.currentTarget.value) || null })
              }
            />
            <Button
              size="s"
              kind="quiet"
              isOff={place === 0}
              aria-label={t`Этап выше: ${name}`}
              onClick={() => move(place, -1)}
            >
              <IconArrowUp size={16} stroke={1.7} aria-hidden="true" />
            </Button>
            <Button
              size="s"
              kind="quiet"
              isOff={place === stages.length - 1}
              aria-label={t`Этап ниже: ${name}`}
              onClick={() => move(place, 1)}
            >
              <IconArrowDown size={16} stroke={1.7} aria-hidden="true" />
            </Button>
            <Button
              size="s"
              kind="quiet"
              isOff={stages.length === 1}
              aria-label={t`Убрать этап: ${name}`}
              onClick={() => onChange(stages.filter((_, at) => at !== place))}
            >
              <IconX size={16} stroke={1.7} aria-hidden="true" />
            </Button>
          </div>
        );
      })}
      <div className={css.actions}>
        <Button
          size="s"
          isOff={stages.length >= 30}
          onClick={() => onChange([...stages, newStage()])}
        >
          <IconPlus size={16} stroke={1.7} aria-hidden="true" />
          {t`Добавить этап`}
        </Button>
      </div>
    </fieldset>
  );
}
