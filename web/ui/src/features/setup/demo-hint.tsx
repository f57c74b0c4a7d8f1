import { useLingui } from "@lingui/react/macro";
import css from "./setup.module.css";

/** For whoever wants to see it work before anything is wired. */
export function DemoHint() {
  const { t } = useLingui();
  return (
    <details className={css.demo}>
      <summary>{t`Сначала посмотреть на примере`}</summary>
      <p>
        {t`В папке программы выполните команду ниже: откроется придуманная компания с клиентами и звонками, АТС для неё не нужна. Этот сервер она не трогает, после остановки от неё ничего не остаётся.`}
      </p>
      <code>make demo</code>
    </details>
  );
}
