// Working hours as people write them: `9:00–18:00`, with a break `9–13, 14–18`, nothing for a day off.
import type { WorkingHours } from "@/lib/wire";

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];
export type WeekText = Readonly<Record<Day, string>>;
type Stretch = { opens: string; closes: string };

const STRETCH = /^(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?$/;

const clock = (hours: string, minutes = "00"): string | null => {
  const isDay = Number(hours) < 24 || (Number(hours) === 24 && Number(minutes) === 0);
  return isDay && Number(minutes) < 60 ? `${hours.padStart(2, "0")}:${minutes}` : null;
};

/** The stretches of a day; null where the text is none. */
export function readDay(text: string): Stretch[] | null {
  const found: Stretch[] = [];
  for (const part of text.split(",").map((one) => one.trim())) {
    if (part === "" && text.trim() === "") return [];
    const [, from = "", fromMinutes, to = "", toMinutes] = STRETCH.exec(part) ?? [];
    const opens = clock(from, fromMinutes);
    const closes = clock(to, toMinutes);
    if (!from || !opens || !closes || opens >= closes) return null;
    found.push({ opens, closes });
  }
  return found;
}

export const dayText = (stretches: readonly Stretch[] | undefined): string =>
  (stretches ?? []).map(({ opens, closes }) => `${opens}–${closes}`).join(", ");

export const weekText = (week: WorkingHours): WeekText =>
  Object.fromEntries(DAYS.map((day) => [day, dayText(week[day])])) as WeekText;

/** The week that was written, or null as long as a day of it cannot be read. */
export function readWeek(text: WeekText, zone: string | null): WorkingHours | null {
  const days = DAYS.map((day) => [day, readDay(text[day])] as const);
  if (days.some(([, stretches]) => stretches === null)) return null;
  if (days.every(([, stretches]) => stretches?.length === 0)) return null;
  return { ...Object.fromEntries(days), time_zone: zone } as WorkingHours;
}
