import { useLingui } from "@lingui/react/macro";
import { SegmentedControl } from "@mantine/core";
import { setTheme, useTheme } from "@/app/theme";
import { LanguageSwitch } from "@/components/language-switch";
import type { Theme } from "@/lib/wire";
import css from "./profile-page.module.css";
import { useOwnSettings } from "./use-own-settings";

/** Language and colours: at once here, and on every other machine after. */
export function Appearance() {
  const { t } = useLingui();
  const theme = useTheme((store) => store.theme);
  const settings = useOwnSettings();
  const choose = (next: Theme) => {
    setTheme(next);
    settings.mutate({ theme: next });
  };
  return (
    <>
      <div className={css.row}>
        <span className={css.label}>{t`Язык`}</span>
        <LanguageSwitch onChosen={(language) => settings.mutate({ language })} />
      </div>
      <div className={css.row}>
        <span className={css.label}>{t`Тема`}</span>
        <SegmentedControl
          aria-label={t`Тема`}
          value={theme}
          data={[
            { value: "auto", label: t`Как в системе` },
            { value: "light", label: t`Светлая` },
            { value: "dark", label: t`Тёмная` },
          ]}
          onChange={(value) => choose(value as Theme)}
        />
      </div>
      {settings.isError && (
        <p className={css.said} data-tone="bad" role="alert">
          {t`На сервере не сохранилось, здесь действует до перезагрузки.`}
        </p>
      )}
    </>
  );
}
