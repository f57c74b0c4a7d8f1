import { useLingui } from "@lingui/react/macro";
import { useMe, useSession } from "@/features/session/session-context";
import { Appearance } from "./appearance";
import { LineSection } from "./line-section";
import { PasswordForm } from "./password-form";
import css from "./profile-page.module.css";
import { TimeZoneField } from "./time-zone-field";

/** What one may set for oneself. */
export function ProfilePage() {
  const { t } = useLingui();
  const me = useMe();
  const { server } = useSession();
  const roles = {
    agent: t`оператор`,
    manager: t`менеджер`,
    supervisor: t`супервизор`,
    admin: t`администратор`,
  };
  const extensions = me.extensions.map(({ extension }) => extension).join(", ");
  const facts = [
    roles[me.role],
    me.team?.name,
    extensions && t`внутренний ${extensions}`,
    me.login,
  ].filter(Boolean);
  return (
    <div className={css.page}>
      <div className={css.inside}>
        <h1 className={css.name}>{me.name}</h1>
        <p className={css.facts}>{facts.join(" · ")}</p>
        <section className={css.section} aria-labelledby="look">
          <h2 id="look">{t`Вид`}</h2>
          <Appearance />
          <TimeZoneField />
        </section>
        <section className={css.section} aria-labelledby="line">
          <h2 id="line">{t`Звонок на этом компьютере`}</h2>
          <LineSection />
        </section>
        <section className={css.section} aria-labelledby="password">
          <h2 id="password">{t`Пароль`}</h2>
          <PasswordForm />
        </section>
        <p className={css.version}>
          {window.location.host} · {t`версия ${server.version}`}
        </p>
      </div>
    </div>
  );
}
