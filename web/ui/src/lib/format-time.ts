// Times and durations in words. Pure: language, zone and the present moment are given.
import type { I18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export type Place = { i18n: I18n; zone: string };

const THIN = "\u2009";
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(place: Place, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = place.i18n.locale === "en" ? "en-GB" : "ru-RU";
  const key = `${locale}|${place.zone}|${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { timeZone: place.zone, ...options });
    formats.set(key, format);
  }
  return format;
}

/** `04:12`, or `1:02:03` from an hour on. For what is counting. */
export function formatTimer(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${two(minutes)}:${two(whole % 60)}`;
}

/** `48 с`, `6 мин 12 с`, `1 ч 32 мин`. For what is over. */
export function formatDuration({ i18n }: Place, seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = whole % 60;
  const parts: string[] = [];
  if (hours > 0) parts.push(i18n._(msg`${hours} ч`));
  if (minutes > 0) parts.push(i18n._(msg`${minutes} мин`));
  if (hours === 0 && (rest > 0 || minutes === 0)) parts.push(i18n._(msg`${rest} с`));
  return parts.join(" ");
}

/** `14:32` */
export const formatTime = (place: Place, at: string | number): string =>
  formatOf(place, { hour: "2-digit", minute: "2-digit" }).format(new Date(at));

/** `14:32:07` */
export const formatExactTime = (place: Place, at: string | number): string =>
  formatOf(place, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(at));

/** The calendar day in the reader's zone: `2025-11-22`. Days are compared by it. */
export function dayOf(zone: string, at: string | number): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  return parts.format(new Date(at));
}

function daysAgo(zone: string, at: string | number, now: number): number {
  const day = 86_400_000;
  return Math.round((Date.parse(dayOf(zone, now)) - Date.parse(dayOf(zone, at))) / day);
}

function formatDate(place: Place, at: string | number, now: number): string {
  const isThisYear = dayOf(place.zone, at).slice(0, 4) === dayOf(place.zone, now).slice(0, 4);
  const format = formatOf(place, {
    day: "numeric",
    month: "long",
    ...(isThisYear ? {} : { year: "numeric" }),
  });
  return format.format(new Date(at)).replace(/\sг\.$/, "");
}

/** A heading over the items of one day: `Сегодня`, `Вчера, 22 ноября`, `18 ноября`. */
export function dayHeading(place: Place, at: string, now: number): string {
  const date = formatDate(place, at, now);
  switch (daysAgo(place.zone, at, now)) {
    case 0:
      return place.i18n._(msg`Сегодня`);
    case 1:
      return place.i18n._(msg`Вчера, ${date}`);
    default:
      return date;
  }
}

/** When, inside a sentence: `сегодня в 10:21`, `вчера`, `18 ноября`. */
export function whenInWords(place: Place, at: string, now: number): string {
  switch (daysAgo(place.zone, at, now)) {
    case 0:
      return place.i18n._(msg`сегодня в ${formatTime(place, at)}`);
    case 1:
      return place.i18n._(msg`вчера`);
    default:
      return formatDate(place, at, now);
  }
}

/** When, in a narrow column: `14:32` today, `вчера`, `18 нояб.` */
export function whenShort(place: Place, at: string, now: number): string {
  const ago = daysAgo(place.zone, at, now);
  if (ago === 0) return formatTime(place, at);
  if (ago === 1) return place.i18n._(msg`вчера`);
  const isThisYear = dayOf(place.zone, at).slice(0, 4) === dayOf(place.zone, now).slice(0, 4);
  return formatOf(place, {
    day: "numeric",
    month: "short",
    ...(isThisYear ? {} : { year: "numeric" }),
  })
    .format(new Date(at))
    .replace(/\sг\.$/, "");
}

/** `12 480` with thin spaces. */
export const formatCount = (value: number): string =>
  String(value).replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
