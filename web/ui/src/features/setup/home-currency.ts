// What an office in a country most likely counts in. It is only proposed.
const OWN: Record<string, string> = {
  RU: "RUB",
  KZ: "KZT",
  BY: "BYN",
  UZ: "UZS",
  AM: "AMD",
  GE: "GEL",
  CN: "CNY",
  TR: "TRY",
  AE: "AED",
};
const IN_EUROS = [
  "DE",
  "AT",
  "FR",
  "IT",
  "ES",
  "PT",
  "NL",
  "BE",
  "IE",
  "FI",
  "GR",
  "CY",
  "LV",
  "LT",
  "EE",
];

export const homeCurrency = (region: string): string =>
  OWN[region] ?? (IN_EUROS.includes(region) ? "EUR" : "USD");
