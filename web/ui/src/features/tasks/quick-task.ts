// «перезвонить Орлову завтра в 10»: what is to be done, and when. Pure.
import { atClock, weekdayOf } from "@/lib/zoned";

export type QuickTask = { title: string; at: number; isAllDay: boolean; kind: "call" | "to_do" };

const DAYS: Record<string, number> = {
  сегодня: 0,
  today: 0,
  завтра: 1,
  tomorrow: 1,
  послезавтра: 2,
};
// By how the words begin: «в среду», «в пятницу», `on friday`.
const WEEKDAYS = [
  "понедельник|monday",
  "вторник|tuesday",
  "сред[уа]|wednesday",
  "четверг|thursday",
  "пятниц[уа]|friday",
  "суббот[уа]|saturday",
  "воскресенье|sunday",
]; // prettier-ignore
const CLOCK = /(?:^|\s)(?:в|к|at|by)\s+(\d{1,2})(?:[:.](\d{2}))?(?=\s|$)/iu;
const AFTER =
  /(?:^|\s)(?:через|in)\s+(?:(\d{1,3})\s+)?(мин\S*|час\S*|дн\S*|день|min\S*|hour\S*|day\S*)(?=\s|$)/iu;
const DAY = new RegExp(`(?:^|\\s)(${Object.keys(DAYS).join("|")})(?=\\s|$)`, "iu");
const WEEKDAY = new RegExp(
  `(?:^|\\s)(?:(?:в|во|on)\\s+)?(?:${WEEKDAYS.map((word) => `(${word})`).join("|")})(?=\\s|$)`,
  "iu",
);
const CALL = /^(?:пере)?звон|^call/iu;

/** Read what was typed; without a word about time it is for today, as soon as one gets to it. */
export function readQuickTask(text: string, zone: string, now: number): QuickTask | null {
  let rest = ` ${text.trim()} `;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const found = pattern.exec(rest);
    if (found) rest = `${rest.slice(0, found.index)} ${rest.slice(found.index + found[0].length)}`;
    return found;
  };
  const after = take(AFTER);
  const weekday = take(WEEKDAY);
  const day = take(DAY);
  const clock = take(CLOCK);
  const title = rest.replace(/\s+/g, " ").trim();
  if (!title) return null;
  const kind = CALL.test(title) ? "call" : "to_do";
  if (after) return { title, kind, isAllDay: false, at: now + spanOf(after) };
  const days = daysTo(day?.[1], weekday, zone, now);
  const hour = clock ? Number(clock[1]) : null;
  const minute = clock?.[2] ? Number(clock[2]) : 0;
  if (hour !== null && hour < 24 && minute < 60) {
    const at = atClock(zone, now, days, hour, minute);
    // «в 10», said in the evening, is tomorrow's ten.
    const isPast = at <= now && !day && !weekday;
    return {
      title,
      kind,
      isAllDay: false,
      at: isPast ? atClock(zone, now, 1, hour, minute) : at,
    };
  }
  return { title, kind, isAllDay: true, at: atClock(zone, now, days, 0) };
}

function spanOf(after: RegExpExecArray): number {
  const minute = 60_000;
  const unit = (after[2] ?? "").toLowerCase();
  const count = after[1] ? Number(after[1]) : 1;
  if (/^(мин|min)/.test(unit)) return count * minute;
  return count * (/^(час|hour)/.test(unit) ? 60 * minute : 24 * 60 * minute);
}

function daysTo(
  word: string | undefined,
  weekday: RegExpExecArray | null,
  zone: string,
  now: number,
): number {
  if (word) return DAYS[word.toLowerCase()] ?? 0;
  if (!weekday) return 0;
  const wanted = weekday.slice(1).findIndex(Boolean) + 1;
  return (wanted - weekdayOf(zone, now) + 7) % 7 || 7;
}
