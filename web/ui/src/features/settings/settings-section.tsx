import type { ReactNode } from "react";
import { LastChange } from "./last-change";
import css from "./settings.module.css";

type Props = {
  title: string;
  lead: string;
  action?: ReactNode;
  /** The kinds of things whose last change is told below. */
  objects?: readonly string[];
  children: ReactNode;
};

/** The frame of one section: what it is for, what can be done, and who changed it last. */
export function SettingsSection({ title, lead, action, objects, children }: Props) {
  return (
    <section className={css.section} aria-label={title}>
      <header className={css.head}>
        <h2>{title}</h2>
        {action}
      </header>
      <p className={css.lead}>{lead}</p>
      {children}
      {objects && <LastChange objects={objects} />}
    </section>
  );
}
