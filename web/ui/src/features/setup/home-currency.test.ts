import { expect, test } from "vitest";
import { homeCurrency } from "./home-currency";

test.each([
  ["RU", "RUB"],
  ["KZ", "KZT"],
  ["DE", "EUR"],
  ["BR", "USD"],
])("an office in %s is offered %s", (region, currency) => {
  expect(homeCurrency(region)).toBe(currency);
});
