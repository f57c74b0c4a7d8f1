import { useLingui } from "@lingui/react/macro";
import { CallIcon } from "@/features/calls/call-icon";
import { callWord, isMissed } from "@/features/calls/result-words";
import { useNow } from "@/lib/clock";
import { useFormat } from "@/lib/use-format";
import type { Call, ClientSummary } from "@/lib/wire";
import css from "./clients-table.module.css";

/** The latest call with a client: which way, when, and whether it was missed. */
export function LastCallCell({ last }: { last: NonNullable<ClientSummary["last_call"]> }) {
  const { i18n } = useLingui();
  const format = useFormat();
  const now = useNow();
  // The list's answer names these two by plain strings; the words are the same.
  const told = last as Pick<Call, "direction" | "result">;
  const tone = isMissed(told) ? "bad" : told.direction === "inbound" ? "live" : "";
  return (
    <span className={css.last} data-tone={tone}>
      <CallIcon call={told} />
      <span className="visually-hidden">{callWord(i18n, told)}</span>
      {format.whenShort(last.at, now)}
    </span>
  );
}
