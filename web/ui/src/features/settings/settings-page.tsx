import { useLingui } from "@lingui/react/macro";
import { IconSearch } from "@tabler/icons-react";
import { Link, useParams } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { Notice } from "@/components/notice";
import { Skeleton } from "@/components/skeleton";
import { useMe } from "@/features/session/session-context";
import { SetupReminder } from "@/features/setup/setup-reminder";
import { findSections } from "./find-sections";
import { SECTIONS } from "./sections";
import css from "./settings-page.module.css";

/** The settings: what I may set on the left, one of it on the right. */
export function SettingsPage() {
  const { t, i18n } = useLingui();
  const me = useMe();
  const { section: id } = useParams({ strict: false });
  const [text, setText] = useState("");
  const mine = SECTIONS.filter(({ roles }) => roles.includes(me.role));
  const found = findSections(mine, text, i18n);
  const chosen = id === undefined ? mine[0] : mine.find((one) => one.id === id);
  return (
    <div className={css.page}>
      <aside className={css.side}>
        <h1>{t`Настройки`}</h1>
        <div className={css.search}>
          <IconSearch size={16} stroke={1.7} aria-hidden="true" />
          <input
            type="search"
            aria-label={t`Искать в настройках`}
            placeholder={t`Что настроить`}
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </div>
        <nav aria-label={t`Список настроек`}>
          {found.map((one) => (
            <Link
              key={one.id}
              to="/settings/$section"
              params={{ section: one.id }}
              className={css.item}
              data-active={one === chosen || undefined}
              aria-current={one === chosen ? "page" : undefined}
            >
              {i18n._(one.title)}
            </Link>
          ))}
          {found.length === 0 && <p className={css.none}>{t`Такого раздела нет.`}</p>}
        </nav>
        {me.role === "admin" && <SetupReminder className={css.reminder} />}
      </aside>
      <div className={css.content}>
        {chosen ? (
          <Suspense key={chosen.id} fallback={<Skeleton lines={6} height={20} />}>
            <chosen.component />
          </Suspense>
        ) : (
          <Notice title={t`Сюда нет доступа`}>{t`Доступ открывает администратор.`}</Notice>
        )}
      </div>
    </div>
  );
}
