import { i18n } from "@lingui/core";
import { describe, expect, test } from "vitest";
import { bareNumber, formatNumber, looksLikeNumber } from "./format-number";
import {
  dayHeading,
  formatCount,
  formatDuration,
  formatTime,
  formatTimer,
  whenInWords,
  whenShort,
} from "./format-time";

const place = { i18n, zone: "Asia/Yekaterinburg" };
const NOW = Date.parse("2026-11-23T09:32:00Z"); // 14:32 in Yekaterinburg

describe("a time", () => {
  test("is the reader's, not the server's", () => {
    expect(formatTime(place, "2026-11-23T09:32:00Z")).toBe("14:32");
    expect(formatTime({ i18n, zone: "UTC" }, "2026-11-23T09:32:00Z")).toBe("09:32");
  });

  test.each([
    [0, "00:00"],
    [252.9, "04:12"],
    [3723, "1:02:03"],
    [-5, "00:00"],
  ])("that counts %s seconds reads %s", (seconds, text) => {
    expect(formatTimer(seconds)).toBe(text);
  });

  test.each([
    [0, "0 с"],
    [48, "48 с"],
    [120, "2 мин"],
    [372, "6 мин 12 с"],
    [5520, "1 ч 32 мин"],
    [3600, "1 ч"],
  ])("that lasted %s seconds reads %s", (seconds, text) => {
    expect(formatDuration(place, seconds)).toBe(text);
  });
});

describe("a day", () => {
  test.each([
    ["2026-11-23T05:21:00Z", "Сегодня", "сегодня в 10:21", "10:21"],
    ["2026-11-22T10:00:00Z", "Вчера, 22 ноября", "вчера", "вчера"],
    ["2026-11-18T10:00:00Z", "18 ноября", "18 ноября", "18 нояб."],
    ["2025-11-18T10:00:00Z", "18 ноября 2025", "18 ноября 2025", "18 нояб. 2025"],
  ])("%s is told as people do", (at, heading, words, short) => {
    expect(dayHeading(place, at, NOW)).toBe(heading);
    expect(whenInWords(place, at, NOW)).toBe(words);
    expect(whenShort(place, at, NOW)).toBe(short);
  });

  test("begins at the reader's midnight", () => {
    const lateEvening = "2026-11-22T19:30:00Z"; // 00:30 of the 23rd in Yekaterinburg
    expect(dayHeading(place, lateEvening, NOW)).toBe("Сегодня");
    expect(dayHeading({ i18n, zone: "UTC" }, lateEvening, NOW)).toBe("Вчера, 22 ноября");
  });
});

describe("a number", () => {
  test.each([
    ["+73432881407", "+7 343 288-14-07"],
    ["74950000701", "+7 495 000-07-01"],
    ["84950000701", "+7 495 000-07-01"],
    ["104", "104"],
    ["+4915123456789", "+4 915 123 456 789"],
  ])("%s reads %s", (number, text) => {
    expect(formatNumber(number)).toBe(text);
  });

  test("that was typed is told from a name", () => {
    expect(looksLikeNumber("+7 (343) 288")).toBe(true);
    expect(looksLikeNumber("12")).toBe(false);
    expect(looksLikeNumber("Орлов 2")).toBe(false);
    expect(bareNumber("+7 (343) 288-14-07")).toBe("+73432881407");
  });

  test("of thousands has thin spaces", () => {
    expect(formatCount(12480)).toBe("12\u2009480");
  });
});
