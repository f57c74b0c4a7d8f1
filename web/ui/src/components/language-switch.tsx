import { useLingui } from "@lingui/react/macro";
import { speak } from "@/app/i18n";
import type { Language } from "@/lib/wire";
import css from "./language-switch.module.css";

const LANGUAGES: readonly Language[] = ["ru", "en"];

/** Russian or English, at once. Plain buttons: it is on the first page that anybody loads. */
export function LanguageSwitch({ onChosen }: { onChosen?: (language: Language) => void }) {
  const { t, i18n } = useLingui();
  return (
    <div className={css.languages} role="group" aria-label={t`Язык`}>
      {LANGUAGES.map((language) => (
        <button
          key={language}
          type="button"
          aria-pressed={i18n.locale === language}
          onClick={() => {
            void speak(language);
            onChosen?.(language);
          }}
        >
          {language.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
