import { useLingui } from "@lingui/react/macro";
import { useEffect, useRef, useState } from "react";
import { useUnsaved } from "@/lib/unsaved";
import css from "./text-field.module.css";

type Props = {
  label: string;
  value: string | null;
  isRequired?: boolean;
  onSave: (text: string) => void;
};

/** Text that becomes a field when it is clicked or reached by Tab; left, it is saved; Esc takes it back. */
export function TextField({ label, value, isRequired = false, onSave }: Props) {
  const { t } = useLingui();
  const shown = value ?? "";
  const [text, setText] = useState(shown);
  const [isEditing, setEditing] = useState(false);
  const isReverted = useRef(false);
  useEffect(() => {
    if (!isEditing) setText(shown);
  }, [shown, isEditing]);
  useUnsaved(isEditing && text !== shown);

  const leave = () => {
    setEditing(false);
    const next = text.trim();
    if (isReverted.current || next === shown || (isRequired && !next)) {
      isReverted.current = false;
      setText(shown);
      return;
    }
    onSave(next);
  };
  return (
    <input
      className={css.field}
      data-field
      size={Math.max(8, (text || t`Добавить`).length)}
      aria-label={label}
      placeholder={isEditing ? label : `${t`Добавить`}: ${label.toLocaleLowerCase()}`}
      autoComplete="off"
      value={text}
      onFocus={() => setEditing(true)}
      onBlur={leave}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.code === "Enter") event.currentTarget.blur();
        if (event.code !== "Escape") return;
        isReverted.current = true;
        event.currentTarget.blur();
      }}
    />
  );
}
