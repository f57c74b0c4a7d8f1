import { expect, test } from "vitest";
import { dayText, readDay, readWeek, weekText } from "./week-text";

const DAY = [{ opens: "09:00", closes: "18:00" }];
const FREE = { mon: "", tue: "", wed: "", thu: "", fri: "", sat: "", sun: "" };

test.each([
  ["9:00–18:00", DAY],
  ["09.00 - 18.00", DAY],
  ["9-18", DAY],
  ["", []],
  [
    "9–13, 14:30–24",
    [
      { opens: "09:00", closes: "13:00" },
      { opens: "14:30", closes: "24:00" },
    ],
  ],
])("hours written as %s are understood", (text, hours) => {
  expect(readDay(text)).toEqual(hours);
});

test.each(["18–9", "9", "9–25", "9:70–18", "утром", "9–18,"])("%s are no hours", (text) => {
  expect(readDay(text)).toBeNull();
});

test("a week is written and read again", () => {
  const week = readWeek({ ...FREE, mon: "9–18" }, "Asia/Omsk");

  expect(week).toMatchObject({ mon: DAY, sun: [], time_zone: "Asia/Omsk" });
  expect(week && weekText(week).mon).toBe("09:00–18:00");
  expect(dayText(undefined)).toBe("");
});

test("a week without an hour is none", () => {
  expect(readWeek(FREE, null)).toBeNull();
  expect(readWeek({ ...FREE, tue: "x" }, null)).toBeNull();
});
