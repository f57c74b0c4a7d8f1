// A login to begin with, out of the name that the PBX shows: «Анна Белова» is belova.
const LATIN: Record<string, string> = {
  а: "a",
  б: "b",
  в: "v",
  г: "g",
  д: "d",
  е: "e",
  ё: "e",
  ж: "zh",
  з: "z",
  и: "i",
  й: "y",
  к: "k",
  л: "l",
  м: "m",
  н: "n",
  о: "o",
  п: "p",
  р: "r",
  с: "s",
  т: "t",
  у: "u",
  ф: "f",
  х: "kh",
  ц: "ts",
  ч: "ch",
  ш: "sh",
  щ: "sch",
  ъ: "",
  ы: "y",
  ь: "",
  э: "e",
  ю: "yu",
  я: "ya",
};

/** The family name, which stands last, in Latin letters; without a name the extension. */
export function loginFor(name: string, extension: string): string {
  const words = name
    .toLowerCase()
    .split(/[^a-zа-яё0-9]+/)
    .filter(Boolean);
  const written = [...(words.at(-1) ?? "")].map((letter) => LATIN[letter] ?? letter).join("");
  return written.length > 1 && !/^\d+$/.test(written) ? written : `agent${extension}`;
}
