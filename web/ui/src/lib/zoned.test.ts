import { expect, test } from "vitest";
import { dayStart } from "./zoned";

test.each([
  ["Europe/Moscow", "2026-03-01T21:00:00.000Z"],
  ["America/Los_Angeles", "2026-03-02T08:00:00.000Z"],
  ["Pacific/Kiritimati", "2026-03-01T10:00:00.000Z"], // its noon is yesterday's in London
])("a day begins at its own midnight in %s", (zone, moment) => {
  expect(new Date(dayStart(zone, "2026-03-02")).toISOString()).toBe(moment);
});

test("a day of 23 hours ends where the next one begins", () => {
  const begins = dayStart("Europe/Berlin", "2026-03-29");
  const ends = dayStart("Europe/Berlin", "2026-03-29", 1);
  expect((ends - begins) / 3_600_000).toBe(23);
});
