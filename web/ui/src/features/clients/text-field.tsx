import { useLingui } from "@lingui/react/macro";
import { type ChangeEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useUnsaved } from "@/lib/unsaved";
import css from "./text-field.module.css";

type Props = {
  label: string;
  value: string | null;
  isRequired?: boolean;
  /** May need more than one line: it wraps, and Enter still saves. */
  isLong?: boolean;
  onSave: (text: string) => void;
};

type Field = HTMLInputElement | HTMLTextAreaElement;

/** Text that becomes a field when it is clicked or reached by Tab; left, it is saved; Esc takes it back. */
export function TextField({ label, value, isRequired = false, isLong = false, onSave }: Props) {
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
  const field = {
    className: css.field,
    "data-field": true,
    "aria-label": label,
    placeholder: isEditing ? label : `${t`Добавить`}: ${label.toLocaleLowerCase()}`,
    autoComplete: "off",
    value: text,
    onFocus: () => setEditing(true),
    onBlur: leave,
    onChange: (event: ChangeEvent<Field>) => setText(event.currentTarget.value),
    onKeyDown: (event: KeyboardEvent<Field>) => {
      if (event.code === "Escape") isReverted.current = true;
      else if (event.code !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      event.currentTarget.blur();
    },
  };
  if (isLong) return <textarea {...field} rows={1} />;
  return <input {...field} size={Math.max(8, (text || field.placeholder).length)} />;
}
