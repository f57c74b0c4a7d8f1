import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { IconChevronDown } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import css from "./folded-fields.module.css";

/** Fields with nothing in them, out of the way until they are wanted. */
export function FoldedFields({ count, children }: { count: number; children: ReactNode }) {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  if (count === 0) return null;
  if (isOpen) return children;
  return (
    <button type="button" className={css.unfold} onClick={() => setOpen(true)}>
      <IconChevronDown size={16} stroke={1.7} aria-hidden="true" />
      {t`ещё ${plural(count, { one: "# поле", few: "# поля", many: "# полей", other: "# поля" })}`}
    </button>
  );
}
