// What became of a click, in the reader's words. Each says whose phone is meant.
import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Problem, ServerUnreachable } from "@/lib/problem";
import type { Order } from "@/lib/wire";

/** Why there is no talk; null while it goes well. */
export function failureOf(i18n: I18n, order: Order): string | null {
  if (order.state === "unknown")
    return i18n._(msg`Связь с АТС прервалась: посмотрите, не звонит ли телефон.`);
  if (order.state !== "failed") return null;
  const text = order.text;
  switch (order.outcome) {
    case "agent_no_answer":
      return i18n._(msg`Вы не сняли трубку.`);
    case "agent_busy":
      return i18n._(msg`Ваш телефон занят.`);
    case "agent_declined":
      return i18n._(msg`Ваш телефон отклонил звонок.`);
    case "phone_offline":
      return i18n._(msg`Ваш телефон не в сети.`);
    case "cancelled":
    case "abandoned":
      return i18n._(msg`Звонок отменён.`);
    case "busy":
      return i18n._(msg`У абонента занято.`);
    case "declined":
      return i18n._(msg`Абонент отклонил звонок.`);
    case "no_answer":
      return i18n._(msg`Абонент не ответил.`);
    case "call_is_over":
      return i18n._(msg`Звонок уже закончился.`);
    case "refused":
      return i18n._(msg`АТС отказала: ${text}`);
    case "not_sent":
      return i18n._(msg`Нет связи с АТС.`);
    default:
      return i18n._(msg`Дозвониться не удалось.`);
  }
}

/** Why a command was refused. */
export function refusalOf(i18n: I18n, error: unknown): string {
  if (error instanceof ServerUnreachable) return i18n._(msg`Сервер не отвечает.`);
  if (!(error instanceof Problem)) return i18n._(msg`Не вышло. Попробуйте ещё раз.`);
  const text = error.message;
  switch (error.code) {
    case "no_phone":
      return i18n._(msg`За вами нет телефона: внутренний номер даёт администратор.`);
    case "bad_number":
      return i18n._(msg`Это не телефонный номер.`);
    case "number_not_allowed":
      return i18n._(msg`На такие номера звонить нельзя: так решил администратор.`);
    case "too_many_calls":
      return i18n._(msg`Слишком много звонков подряд. Подождите минуту.`);
    case "spend_cap_reached":
      return i18n._(msg`Звонки за границу на сегодня исчерпаны.`);
    case "call_is_over":
      return i18n._(msg`Звонок уже закончился.`);
    case "call_in_other_state":
      return i18n._(msg`Сейчас этого сделать нельзя.`);
    case "pbx_refused":
      return i18n._(msg`АТС отказала: ${text}`);
    case "pbx_unreachable":
      return i18n._(msg`Нет связи с АТС.`);
    case "pbx_unanswered":
      return i18n._(msg`АТС не ответила: посмотрите, не звонит ли телефон.`);
    case "not_found":
    case "forbidden":
      return i18n._(msg`Этот звонок не ваш.`);
    default:
      return i18n._(msg`Не вышло. Попробуйте ещё раз.`);
  }
}
