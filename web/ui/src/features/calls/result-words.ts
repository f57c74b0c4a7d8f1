// What a finished call is called, in the office's words.
import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Call, CallDirection, CallResult } from "@/lib/wire";

type Told = Pick<Call, "direction" | "result">;

/** An inbound call that nobody of ours took. */
export const isMissed = ({ direction, result }: Told): boolean =>
  direction === "inbound" && result !== null && result !== "answered" && result !== "voicemail";

export function directionWord(i18n: I18n, direction: CallDirection): string {
  switch (direction) {
    case "inbound":
      return i18n._(msg`Входящий`);
    case "outbound":
      return i18n._(msg`Исходящий`);
    default:
      return i18n._(msg`Внутренний`);
  }
}

/** The heading of a finished call: `Входящий`, `Пропущен`, `Исходящий`. */
export const callWord = (i18n: I18n, call: Told): string =>
  isMissed(call) ? i18n._(msg`Пропущен`) : directionWord(i18n, call.direction);

/** Why there was no talk; null where there was one. */
export function resultWord(i18n: I18n, result: CallResult | null): string | null {
  switch (result) {
    case "abandoned":
      return i18n._(msg`не дождался ответа`);
    case "no_answer":
      return i18n._(msg`нет ответа`);
    case "busy":
      return i18n._(msg`занято`);
    case "declined":
      return i18n._(msg`отклонён`);
    case "failed":
      return i18n._(msg`не удалось соединить`);
    case "voicemail":
      return i18n._(msg`голосовая почта`);
    default:
      return null;
  }
}
