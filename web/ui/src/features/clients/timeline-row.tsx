import type { ReactNode } from "react";
import css from "./timeline-row.module.css";

type Props = {
  icon: ReactNode;
  tone?: "live" | "bad" | "warn" | "plain";
  children: ReactNode;
};

/** One thing on the line of time: its sign in a circle, and what there is to say beside it. */
export function TimelineRow({ icon, tone = "plain", children }: Props) {
  return (
    <div className={css.row}>
      <span className={css.icon} data-tone={tone} aria-hidden="true">
        {icon}
      </span>
      <div className={css.content}>{children}</div>
    </div>
  );
}
