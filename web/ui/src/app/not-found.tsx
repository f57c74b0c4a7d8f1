import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Notice } from "@/components/notice";
import css from "./not-found.module.css";

/** An address that leads nowhere. */
export function NotFound() {
  const { t } = useLingui();
  return (
    <div className={css.page}>
      <Notice
        title={t`Такой страницы нет`}
        action={<Link to="/">{t`На рабочее место`}</Link>}
      >{t`Возможно, ссылка устарела.`}</Notice>
    </div>
  );
}
