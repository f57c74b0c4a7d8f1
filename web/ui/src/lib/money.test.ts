import { expect, test } from "vitest";
import { formatMoney, readMoney, shortMoney } from "./money";

const plain = (text: string) => text.replace(/\u202f/g, " ");

test("a sum is written with spaces and its sign", () => {
  expect(plain(formatMoney(48_600_000, "RUB"))).toBe("486 000 ₽");
  expect(plain(formatMoney(150, "USD"))).toBe("1,50 $");
  expect(plain(formatMoney(0, "BYN"))).toBe("0 BYN");
});

test("millions are told shortly, less is told in full", () => {
  expect(plain(shortMoney(123_000_000, "RUB", "млн"))).toBe("1,2 млн ₽");
  expect(plain(shortMoney(99_900_000, "RUB", "млн"))).toBe("999 000 ₽");
});

test.each([
  ["486 000 ₽", 48_600_000],
  ["1 500,50", 150_050],
  ["12", 1200],
  ["много", null],
  ["", null],
  ["-5", null],
])("%s is read as %s kopecks", (text, amount) => {
  expect(readMoney(text)).toBe(amount);
});
