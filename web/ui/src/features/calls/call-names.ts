// How a call is called on the screen.
import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { formatNumber } from "@/lib/format-number";
import type { Call, Named } from "@/lib/wire";
import type { LiveCall } from "./calls-state";

/** The client of a live call: what the card knows, else what was chosen for the call since. */
export const clientOf = (live: LiveCall): Named | null => live.card?.client ?? live.call.client;

/** The other side's number for reading; null when withheld. */
export function numberOf(call: Call, formatted?: string | null): string | null {
  if (call.is_withheld) return null;
  return formatted ?? (call.number ? formatNumber(call.number) : call.raw_number);
}

/** Name, else number, else that it is withheld. */
export function titleOf(i18n: I18n, call: Call, live?: LiveCall | null): string {
  return (
    live?.card?.client?.name ??
    call.client?.name ??
    numberOf(call, live?.card?.number_formatted) ??
    i18n._(msg`Номер скрыт`)
  );
}

/** Which line rings: the queue, or the kind of call, and the number that was dialled. */
export function lineOf(i18n: I18n, call: Call, queue = call.queue): string {
  const line = call.did ? formatNumber(call.did) : null;
  if (queue) return line ? `${queue} · ${line}` : queue;
  if (call.direction === "internal") return i18n._(msg`Внутренний звонок`);
  if (call.direction === "outbound") return i18n._(msg`Исходящий звонок`);
  return line ? i18n._(msg`Звонок на ${line}`) : i18n._(msg`Входящий звонок`);
}
