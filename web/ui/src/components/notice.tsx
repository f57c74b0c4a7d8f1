import type { ReactNode } from "react";
import css from "./notice.module.css";

type Props = { title: ReactNode; children?: ReactNode; action?: ReactNode };

/** A place with nothing in it: one sentence, and what can be done. */
export function Notice({ title, children, action }: Props) {
  return (
    <div className={css.notice}>
      <p className={css.title}>{title}</p>
      {children && <p className={css.text}>{children}</p>}
      {action}
    </div>
  );
}
