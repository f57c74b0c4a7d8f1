import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Sheet } from "@/components/sheet";
import css from "./palette.module.css";
import { PaletteList } from "./palette-list";
import { type PaletteEntry, usePaletteEntries } from "./use-palette-entries";

/** Ctrl+K: people by name or number, and what one can do. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const { entries, isSearching } = usePaletteEntries(text);
  const at = Math.min(active, Math.max(0, entries.length - 1));
  const run = (entry: PaletteEntry | undefined) => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  return (
    <Sheet title={t`Поиск и команды`} isTitleHidden onClose={onClose}>
      <input
        className={css.field}
        role="combobox"
        aria-expanded={entries.length > 0}
        aria-controls="palette-list"
        aria-activedescendant={entries[at] && `palette-${entries[at].id}`}
        aria-label={t`Имя, номер, команда`}
        placeholder={t`Имя, номер, команда`}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={(event) => {
          if (event.code === "ArrowDown") setActive(Math.min(at + 1, entries.length - 1));
          else if (event.code === "ArrowUp") setActive(Math.max(at - 1, 0));
          else if (event.code === "Enter") run(entries[at]);
          else return;
          event.preventDefault();
        }}
      />
      <PaletteList entries={entries} active={at} onPoint={setActive} onRun={run} />
      {entries.length === 0 && !isSearching && (
        <p className={css.nothing}>{t`Ничего не нашлось.`}</p>
      )}
    </Sheet>
  );
}
