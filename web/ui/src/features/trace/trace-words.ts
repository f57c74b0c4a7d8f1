import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { resultWord } from "@/features/calls/result-words";
import type { CallResult } from "@/lib/wire";
import type { Entry, Fact, Screen, ScreenStep } from "./trace-entries";

export function entryWords(i18n: I18n, entry: Entry): string {
  switch (entry.source) {
    case "pbx":
      return entry.frame.name;
    case "allo":
      return factWords(i18n, entry.fact);
    case "screen":
      return stepWords(i18n, entry.screen, entry.step);
  }
}

function factWords(i18n: I18n, fact: Fact): string {
  const phone = fact.extension ?? "?";
  const by = fact.answered_by;
  switch (fact.kind) {
    case "ringing":
      return i18n._(msg`Звонит ${phone}`);
    case "withdrawn":
      return by
        ? i18n._(msg`Карточка снята с ${phone}: ответил ${by}`)
        : i18n._(msg`Карточка снята с ${phone}: ${reasonWord(i18n, fact.reason)}`);
    case "ended":
      return i18n._(msg`Звонок завершён: ${endWord(i18n, fact.result)}`);
    case "updated":
      return i18n._(msg`Звонок изменился: ${statusWord(i18n, fact.status)}`);
  }
}

const endWord = (i18n: I18n, result: Fact["result"]): string =>
  resultWord(i18n, result as CallResult | null) ?? i18n._(msg`поговорили`);

/** Why a phone stopped ringing; a call's own words where they are the same. */
function reasonWord(i18n: I18n, reason: Fact["reason"]): string {
  if (reason === "cancelled") return i18n._(msg`звонивший положил трубку`);
  if (reason === "answered_elsewhere") return i18n._(msg`ответили с другого телефона`);
  return resultWord(i18n, reason as CallResult | null) ?? reason ?? "?";
}

function statusWord(i18n: I18n, status: Fact["status"]): string {
  switch (status) {
    case "queued":
      return i18n._(msg`ждёт в очереди`);
    case "ringing":
      return i18n._(msg`звонит`);
    case "answered":
      return i18n._(msg`разговор`);
    case "on_hold":
      return i18n._(msg`на удержании`);
    default:
      return i18n._(msg`завершён`);
  }
}

function stepWords(i18n: I18n, screen: Screen, step: ScreenStep): string {
  const who = screen.user_name ? `${screen.user_name} (${screen.extension})` : screen.extension;
  switch (step) {
    case "sent":
      return screen.state === "no_screen"
        ? i18n._(msg`${who}: карточка готова, но ни одной вкладки не открыто`)
        : i18n._(msg`${who}: карточка отправлена`);
    case "painted":
      return i18n._(msg`${who}: карточка на экране`);
    case "dismissed":
      return i18n._(msg`${who}: карточка скрыта`);
    case "gone":
      return screen.painted_at
        ? i18n._(msg`${who}: карточка ушла с экрана`)
        : i18n._(msg`${who}: карточку никто не увидел`);
    case "not_sent":
      return i18n._(msg`${who}: телефон звонил, карточку не отправляли`);
    case "nobody":
      return i18n._(msg`${who}: за этим номером никто не закреплён`);
  }
}

/** What is wrong is to be found by the eye. */
export function isFault(entry: Entry): boolean {
  if (entry.source !== "screen") return false;
  const { step, screen } = entry;
  if (step === "sent") return screen.state === "no_screen";
  if (step === "gone") return screen.painted_at === null && screen.state !== "no_screen";
  return step === "not_sent" || step === "nobody";
}
