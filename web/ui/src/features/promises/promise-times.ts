// Until when people promise: in an hour, by three, tomorrow morning. Pure.
import { atClock } from "@/lib/zoned";

export type PromiseTime = { id: "hour" | "today" | "tomorrow"; at: number; clock: string };

const MINUTE_MS = 60_000;
const NOTICE_MS = 30 * MINUTE_MS;
const CLOCKS = [12, 15, 18] as const;
const MORNING = 10;

/** The usual ones; the clock of today is the next that leaves half an hour, if the day has one. */
export function promiseTimes(zone: string, now: number): PromiseTime[] {
  const inAnHour = Math.ceil((now + 60 * MINUTE_MS) / (5 * MINUTE_MS)) * 5 * MINUTE_MS;
  const hour = CLOCKS.find((one) => atClock(zone, now, 0, one) - now >= NOTICE_MS);
  return [
    { id: "hour", at: inAnHour, clock: "" },
    ...(hour === undefined
      ? []
      : [{ id: "today" as const, at: atClock(zone, now, 0, hour), clock: `${hour}:00` }]),
    { id: "tomorrow", at: atClock(zone, now, 1, MORNING), clock: `${MORNING}:00` },
  ];
}

/** `16:30` as the next such moment; null where it is no time. */
export function nextClock(zone: string, now: number, text: string): number | null {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return null;
  const today = atClock(zone, now, 0, Number(hours), Number(minutes));
  return today > now ? today : atClock(zone, now, 1, Number(hours), Number(minutes));
}
