import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { LanguageSwitch } from "@/components/language-switch";
import { Logo } from "@/components/logo";
import { TwoLanes } from "@/components/two-lanes";
import { LoginForm } from "./login-form";
import css from "./login-page.module.css";
import { lastServerVersion } from "./server-version";

/** The way in: one row, one button, and whose server this is. */
export function LoginPage({ isServerAway }: { isServerAway: boolean }) {
  const { t } = useLingui();
  const [wasLanguageChosen, setLanguageChosen] = useState(false);
  const version = lastServerVersion();
  return (
    <div className={css.page}>
      <header className={css.top}>
        <LanguageSwitch onChosen={() => setLanguageChosen(true)} />
      </header>
      <main className={css.main}>
        <div className={css.title}>
          <Logo size={44} />
          <h1>Allo</h1>
        </div>
        <p className={css.lead}>{t`Телефон и клиенты в одном окне`}</p>
        <LoginForm isServerAway={isServerAway} keepsLanguage={wasLanguageChosen} />
        <TwoLanes className={css.lanes} />
      </main>
      <footer className={css.foot}>
        <span>{window.location.host}</span>
        {version && <span>{t`версия ${version}`}</span>}
      </footer>
    </div>
  );
}
