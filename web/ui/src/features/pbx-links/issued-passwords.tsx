import { useLingui } from "@lingui/react/macro";
import settings from "@/features/settings/settings.module.css";
import type { Issued } from "./pbx-people";

/** The one moment in which these passwords can be seen. */
export function IssuedPasswords({ people }: { people: readonly Issued[] }) {
  const { t } = useLingui();
  return (
    <section className={settings.panel} aria-label={t`Пароли на один раз`}>
      <p>
        {t`Передайте пароли людям. Больше они не показываются, при первом входе их нужно сменить.`}
      </p>
      <table className={settings.table} data-plain>
        <thead>
          <tr>
            <th scope="col">{t`Имя`}</th>
            <th scope="col">{t`Логин`}</th>
            <th scope="col">{t`Пароль`}</th>
          </tr>
        </thead>
        <tbody>
          {people.map(({ name, login, password }) => (
            <tr key={login}>
              <td>{name}</td>
              <td>{login}</td>
              <td>
                <output>{password}</output>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
