import { useLingui } from "@lingui/react/macro";
import { SegmentedControl } from "@mantine/core";
import { speak } from "@/app/i18n";
import type { Language } from "@/lib/wire";

/** Russian or English, at once. */
export function LanguageSwitch({ onChosen }: { onChosen?: (language: Language) => void }) {
  const { t, i18n } = useLingui();
  return (
    <SegmentedControl
      aria-label={t`Язык`}
      value={i18n.locale}
      data={[
        { value: "ru", label: "RU" },
        { value: "en", label: "EN" },
      ]}
      onChange={(value) => {
        const language: Language = value === "en" ? "en" : "ru";
        void speak(language);
        onChosen?.(language);
      }}
    />
  );
}
