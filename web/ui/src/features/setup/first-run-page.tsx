import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/button";
import { LanguageSwitch } from "@/components/language-switch";
import { LoadFailure } from "@/components/load-failure";
import { Logo } from "@/components/logo";
import { LoginPage } from "@/features/session/login-page";
import { Problem } from "@/lib/problem";
import { AdministratorForm } from "./administrator-form";
import { DemoHint } from "./demo-hint";
import css from "./setup.module.css";
import { fetchSetup, SETUP_KEY } from "./setup-api";

/** The address that a fresh server has printed: nobody can log in yet, and this makes the first. */
export function FirstRunPage() {
  const { t } = useLingui();
  const [code] = useState(() => window.location.hash.slice(1));
  const setup = useQuery({
    queryKey: [...SETUP_KEY, "open"],
    queryFn: () => fetchSetup(code),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const refused = setup.error instanceof Problem ? setup.error.code : "";
  if (refused === "setup_closed") return <LoginPage isServerAway={false} />;
  return (
    <div className={css.page}>
      <header className={css.top}>
        <LanguageSwitch />
      </header>
      <main className={css.main}>
        <div className={css.title}>
          <Logo size={44} />
          <h1>{t`Первый запуск`}</h1>
        </div>
        {refused === "setup_code_wrong" ? (
          <>
            <p className={css.lead}>
              {t`Этот адрес неполный или старый. Откройте тот, который сервер напечатал при последнем запуске: он кончается длинным кодом.`}
            </p>
            <Button onClick={() => window.location.reload()}>{t`Попробовать ещё раз`}</Button>
          </>
        ) : (
          <>
            {setup.isError && (
              <LoadFailure error={setup.error} onRetry={() => void setup.refetch()} />
            )}
            {setup.data && <AdministratorForm code={code} office={setup.data.office} />}
          </>
        )}
        <DemoHint />
      </main>
    </div>
  );
}
