// Why the door stayed shut, in words that tell a stranger nothing about who works here.
import type { I18n } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";
import { Problem, ServerUnreachable } from "@/lib/problem";

/** Seconds to wait before the next try, where the server asked for it. */
export function waitOf(error: unknown): number {
  return error instanceof Problem && error.status === 429 ? (error.retryAfterSeconds ?? 30) : 0;
}

export function loginFailure(i18n: I18n, error: unknown, waitSeconds: number): string {
  if (error instanceof ServerUnreachable) {
    return i18n._(msg`Сервер не отвечает. Проверьте сеть и попробуйте ещё раз.`);
  }
  if (error instanceof Problem && error.status === 429) {
    if (waitSeconds === 0) return i18n._(msg`Можно попробовать ещё раз.`);
    return i18n._(
      msg`Слишком много попыток. Подождите ${plural(waitSeconds, {
        one: "# секунду",
        few: "# секунды",
        many: "# секунд",
        other: "# секунды",
      })}.`,
    );
  }
  if (error instanceof Problem && error.status < 500) {
    return i18n._(msg`Логин или пароль не подходят.`);
  }
  return i18n._(msg`На сервере что-то сломалось. Попробуйте ещё раз чуть позже.`);
}
