import { type ReactNode, useRef } from "react";
import { Notice } from "@/components/notice";
import { useHotKey } from "@/lib/use-hot-key";
import type { Call } from "@/lib/wire";
import css from "./call-list.module.css";
import { CallRow } from "./call-row";

type Props = {
  title: string;
  empty: string;
  hint: string;
  calls: readonly Call[];
  hasMissedKey?: boolean;
  more?: ReactNode;
};

/** Calls in rows, each leading to its card. */
export function CallList({ title, empty, hint, calls, hasMissedKey = false, more }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const next = () => {
    const links = [...(list.current?.querySelectorAll<HTMLElement>("a") ?? [])];
    const current = links.indexOf(document.activeElement as HTMLElement);
    links[(current + 1) % links.length]?.focus();
  };
  useHotKey("KeyM", next, { isOn: hasMissedKey && calls.length > 0 });
  return (
    <section className={css.list} aria-label={title}>
      <header className={css.head}>
        <h2>{title}</h2>
        {calls.length > 0 && <span className={css.count}>{calls.length}</span>}
        {more && <span className={css.more}>{more}</span>}
      </header>
      {calls.length === 0 ? (
        <div className={css.empty}>
          <Notice title={empty}>{hint}</Notice>
        </div>
      ) : (
        <ul ref={list}>
          {calls.map((call) => (
            <CallRow key={call.id} call={call} />
          ))}
        </ul>
      )}
    </section>
  );
}
