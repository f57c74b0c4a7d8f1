import { useLingui } from "@lingui/react/macro";
import { KeyCap } from "@/components/key-cap";
import css from "./palette.module.css";
import type { PaletteEntry } from "./use-palette-entries";

type Props = {
  entries: readonly PaletteEntry[];
  active: number;
  onPoint: (index: number) => void;
  onRun: (entry: PaletteEntry) => void;
};

/** What was found. The field keeps the focus; the arrows move through here. */
export function PaletteList({ entries, active, onPoint, onRun }: Props) {
  const { t } = useLingui();
  return (
    <div id="palette-list" className={css.list} role="listbox" aria-label={t`Найдено`}>
      {entries.map((entry, index) => {
        const Icon = entry.icon;
        const isNewGroup = entries[index - 1]?.group !== entry.group;
        return (
          <div key={entry.id} role="presentation">
            {isNewGroup && (
              <div className={css.group} role="presentation">
                {entry.group}
              </div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's, which has the focus */}
            <div
              id={`palette-${entry.id}`}
              className={css.entry}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              onPointerMove={() => onPoint(index)}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => onRun(entry)}
            >
              <Icon size={17} stroke={1.7} aria-hidden="true" />
              <span className={css.title}>{entry.title}</span>
              <span className={css.under}>{entry.under}</span>
              {entry.side && <span className={css.side}>{entry.side}</span>}
              {entry.keys && <KeyCap>{entry.keys}</KeyCap>}
            </div>
          </div>
        );
      })}
    </div>
  );
}
