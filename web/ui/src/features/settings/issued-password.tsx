import { useLingui } from "@lingui/react/macro";
import { Button } from "@/components/button";
import css from "./settings.module.css";

type Props = { login: string; password: string; onDone: () => void };

/** The one moment in which the password can be seen. */
export function IssuedPassword({ login, password, onDone }: Props) {
  const { t } = useLingui();
  return (
    <div className={css.form}>
      <p>
        {t`Передайте пароль человеку с логином ${login}. Больше он не показывается, при первом входе его нужно сменить.`}
      </p>
      <output className={css.secret} aria-label={t`Пароль на один раз`}>
        {password}
      </output>
      <div className={css.actions}>
        <Button kind="primary" onClick={onDone}>{t`Готово`}</Button>
      </div>
    </div>
  );
}
