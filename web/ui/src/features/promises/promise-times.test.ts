import { expect, test } from "vitest";
import { nextClock, promiseTimes } from "./promise-times";

const ZONE = "Europe/Moscow";
const at = (clock: string, day = "02") => Date.parse(`2026-03-${day}T${clock}:00+03:00`);

test.each([
  ["09:10", "12:00"],
  ["11:40", "15:00"],
  ["14:29", "15:00"],
  ["17:00", "18:00"],
])("at %s what is promised for today is promised by %s", (now, clock) => {
  const today = promiseTimes(ZONE, at(now)).find((one) => one.id === "today");

  expect(today).toMatchObject({ at: at(clock), clock });
});

test("in the evening nothing is promised for today any more", () => {
  expect(promiseTimes(ZONE, at("19:00")).map((one) => one.id)).toEqual(["hour", "tomorrow"]);
});

test("an hour is rounded up to five minutes, and tomorrow begins at ten", () => {
  const [hour, , tomorrow] = promiseTimes(ZONE, at("09:12"));

  expect(hour?.at).toBe(at("10:15"));
  expect(tomorrow?.at).toBe(at("10:00", "03"));
});

test("a time that has passed today is meant for tomorrow", () => {
  expect(nextClock(ZONE, at("12:00"), "16:30")).toBe(at("16:30"));
  expect(nextClock(ZONE, at("12:00"), "9:05")).toBe(at("09:05", "03"));
  expect(nextClock(ZONE, at("12:00"), "25:00")).toBeNull();
});
