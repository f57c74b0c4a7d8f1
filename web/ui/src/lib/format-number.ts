// Phone numbers for reading. The server formats what it stores; this is for numbers that come bare.

const GROUPS: Record<string, RegExp> = {
  "7": /^(\d{3})(\d{3})(\d{2})(\d{2})$/,
};

/** `+73432881407` as `+7 343 288-14-07`; what is not understood stays as it is. */
export function formatNumber(number: string): string {
  // A dialled line comes as the exchange spells it: 74950000701, or 84950000701.
  const spelled = /^[78](\d{10})$/.test(number) ? `+7${number.slice(1)}` : number;
  if (!spelled.startsWith("+")) return number;
  const digits = spelled.slice(1);
  const national = GROUPS[digits[0] ?? ""]?.exec(digits.slice(1));
  if (national) {
    const [, area, first, second, third] = national;
    return `+${digits[0]} ${area} ${first}-${second}-${third}`;
  }
  return digits.length > 8 ? `+${digits.replace(/(\d)(?=(\d{3})+$)/g, "$1 ")}` : number;
}

/** Digits, plus and nothing else: what a person typed or pasted as a number. */
export const bareNumber = (text: string): string => text.replace(/[^\d+]/g, "");

/** Whether a search text is meant as a number rather than as a name. */
export const looksLikeNumber = (text: string): boolean =>
  /^[+\d\s()-]+$/.test(text) && bareNumber(text).length >= 3;
