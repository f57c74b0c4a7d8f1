import type { I18n } from "@lingui/core";
import type { Section } from "./sections";

/** The sections whose title or words hold every word that was typed. */
export function findSections(
  sections: readonly Section[],
  text: string,
  i18n: I18n,
): readonly Section[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  return sections.filter((section) => {
    const said = `${i18n._(section.title)} ${i18n._(section.words)}`.toLowerCase();
    return wanted.every((word) => said.includes(word));
  });
}
