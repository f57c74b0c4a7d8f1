import type { ReactNode } from "react";
import css from "./tag.module.css";

type Props = { tone?: "plain" | "accent" | "live" | "warn" | "bad"; children: ReactNode };

/** A word on a soft ground. The word says it; the colour only helps. */
export function Tag({ tone = "plain", children }: Props) {
  return (
    <span className={css.tag} data-tone={tone}>
      {children}
    </span>
  );
}
