import type { ReactNode } from "react";
import css from "./card-layout.module.css";

type Props = { left: ReactNode; children: ReactNode };

/** The two columns of a card: facts, and the history beside them. Each scrolls by itself. */
export function CardLayout({ left, children }: Props) {
  return (
    <div className={css.card}>
      <div className={css.left}>{left}</div>
      <div className={css.right}>{children}</div>
    </div>
  );
}
