// Sums of money for reading: whole roubles unless there are kopecks, thin spaces, the sign behind.

const SIGNS: Record<string, string> = { RUB: "₽", USD: "$", EUR: "€", CNY: "¥", KZT: "₸" };
const NARROW = "\u202f";

export const signOf = (currency: string): string => SIGNS[currency] ?? currency;

/** `48600000` kopecks as `486 000 ₽`. */
export function formatMoney(amountMinor: number, currency: string): string {
  const whole = Math.trunc(amountMinor / 100);
  const rest = Math.abs(amountMinor % 100);
  const grouped = String(whole).replace(/\B(?=(\d{3})+(?!\d))/g, NARROW);
  const cents = rest > 0 ? `,${String(rest).padStart(2, "0")}` : "";
  return `${grouped}${cents}${NARROW}${signOf(currency)}`;
}

/** `1,2 млн ₽`: for where a glance must do. `million` is the word in the reader's language. */
export function shortMoney(amountMinor: number, currency: string, million: string): string {
  const millions = amountMinor / 100_000_000;
  if (millions < 1) return formatMoney(amountMinor, currency);
  const rounded = (Math.round(millions * 10) / 10).toString().replace(".", ",");
  return `${rounded}${NARROW}${million}${NARROW}${signOf(currency)}`;
}

/** What somebody typed as a sum, in minor units; null where it is none. */
export function readMoney(text: string): number | null {
  const bare = text.replace(/[\s\u202f\u00a0₽$€]/g, "").replace(",", ".");
  if (!/^\d{1,13}(\.\d{1,2})?$/.test(bare)) return null;
  return Math.round(Number(bare) * 100);
}
