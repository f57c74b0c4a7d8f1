// Moments by the clock on somebody's wall. Pure: the zone is given.

type Wall = { year: number; month: number; day: number; hour: number; minute: number };

function wallOf(zone: string, at: number): Wall {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(new Date(at));
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return {
    year: part("year"),
    month: part("month"),
    day: part("day"),
    hour: part("hour"),
    minute: part("minute"),
  };
}

/** The day of the week in the zone: 1 is Monday, 7 is Sunday. */
export function weekdayOf(zone: string, at: number): number {
  const { year, month, day } = wallOf(zone, at);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() || 7;
}

/** When it is `hour:minute` in the zone, so many days after `at`, in milliseconds. */
export function atClock(zone: string, at: number, days: number, hour: number, minute = 0): number {
  const { year, month, day } = wallOf(zone, at);
  const wanted = Date.UTC(year, month - 1, day + days, hour, minute);
  // The zone's distance from UTC at that moment; asked twice, for the days when it changes.
  let moment = wanted;
  for (let turn = 0; turn < 2; turn += 1) {
    const wall = wallOf(zone, moment);
    const shown = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute);
    moment += wanted - shown;
  }
  return moment;
}

/** The moment at which the day `2026-03-02` begins in the zone; `later` days after it, if said. */
export function dayStart(zone: string, day: string, later = 0): number {
  const noon = Date.parse(`${day}T12:00:00Z`);
  const wall = wallOf(zone, noon);
  const midnight = Date.UTC(wall.year, wall.month - 1, wall.day);
  const ahead = (midnight - Date.parse(`${day}T00:00:00Z`)) / 86_400_000;
  return atClock(zone, noon, later - ahead, 0);
}
