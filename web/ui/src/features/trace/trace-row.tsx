import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useFormat } from "@/lib/use-format";
import type { Entry, Source } from "./trace-entries";
import css from "./trace-page.module.css";
import { entryWords, isFault } from "./trace-words";

/** One moment: how long after the call's beginning, who says it, what. A message unfolds. */
export function TraceRow({ entry }: { entry: Entry }) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const frame = entry.source === "pbx" ? entry.frame : null;
  const sources: Record<Source, string> = { pbx: t`АТС`, allo: "Allo", screen: t`Экран` };
  const isOurMark = frame?.name.startsWith("Allo") ?? false; // link up and down, as the tape keeps it
  const offset = `${entry.seconds < 0 ? "−" : "+"}${Math.abs(entry.seconds).toFixed(3)}`;
  const lag = frame?.sent_at ? Date.parse(frame.at) - Date.parse(frame.sent_at) : null;
  return (
    <li className={css.row} data-source={entry.source} data-fault={isFault(entry) || undefined}>
      <time className={css.offset} dateTime={entry.at} title={format.exactTime(entry.at)}>
        {offset}
      </time>
      <span className={css.source}>{sources[isOurMark ? "allo" : entry.source]}</span>
      <div className={css.what}>
        {frame ? (
          <button
            type="button"
            className={css.fold}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {entryWords(i18n, entry)}
            {frame.channel && <span className={css.channel}>{frame.channel}</span>}
          </button>
        ) : (
          entryWords(i18n, entry)
        )}
        {frame && isOpen && (
          <>
            {lag !== null && <p className={css.lag}>{t`Дошло через ${lag} мс после АТС`}</p>}
            <pre className={css.raw}>{frame.text}</pre>
          </>
        )}
      </div>
    </li>
  );
}
