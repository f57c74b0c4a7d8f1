// The language of the interface: Russian in the source, English from its catalogue.
import { i18n } from "@lingui/core";
import { readStored, store } from "@/lib/storage";
import type { Language } from "@/lib/wire";

const STORED = "allo.language";

const catalogues = {
  ru: () => import("@/locales/ru.po"),
  en: () => import("@/locales/en.po"),
};

/** What was chosen on this machine, else what the browser asks for. */
export function preferredLanguage(): Language {
  const stored = readStored<string>(STORED);
  if (stored === "ru" || stored === "en") return stored;
  return /^(ru|be|uk|kk)/.test(navigator.language) ? "ru" : "en";
}

/** Load the catalogue and speak it from now on. */
export async function speak(language: Language): Promise<void> {
  if (i18n.locale !== language) {
    const { messages } = await catalogues[language]();
    i18n.loadAndActivate({ locale: language, messages });
  }
  document.documentElement.lang = language;
  store(STORED, language);
}
