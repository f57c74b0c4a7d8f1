// How long somebody waits, as people say it: minutes, then hours, then days.
import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** `меньше минуты`, `12 мин`, `3 ч 05 мин`, `2 д 4 ч`. */
export function waitingWords(i18n: I18n, seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const rest = days > 0 ? hours % 24 : minutes % 60;
  if (minutes < 1) return i18n._(msg`меньше минуты`);
  if (hours < 1) return i18n._(msg`${minutes} мин`);
  if (days < 1) return rest > 0 ? i18n._(msg`${hours} ч ${rest} мин`) : i18n._(msg`${hours} ч`);
  return rest > 0 ? i18n._(msg`${days} д ${rest} ч`) : i18n._(msg`${days} д`);
}
