import { useLingui } from "@lingui/react/macro";
import {
  IconActivity,
  IconChecklist,
  IconHistory,
  IconLayoutKanban,
  IconPhone,
  IconPhoneX,
  IconSettings,
  IconUsers,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Logo } from "@/components/logo";
import { MissedBadge } from "@/features/missed-calls/missed-badge";
import { TaskBadge } from "@/features/tasks/task-badge";
import css from "./rail.module.css";

const ICON = { size: 20, stroke: 1.7, "aria-hidden": true } as const;

/** The sections that there are. */
export function Rail() {
  const { t } = useLingui();
  const item = { className: css.item ?? "", activeProps: { "data-active": true } };
  return (
    <nav className={css.rail} aria-label={t`Разделы`}>
      <Link to="/" className={css.logo} aria-label="Allo" activeOptions={{ exact: true }}>
        <Logo size={32} isInverse />
      </Link>
      <Link
        to="/"
        {...item}
        activeOptions={{ exact: true }}
        aria-label={t`Рабочее место`}
        title={t`Рабочее место`}
      >
        <IconPhone {...ICON} />
      </Link>
      <Link to="/clients" {...item} aria-label={t`Клиенты`} title={t`Клиенты`}>
        <IconUsers {...ICON} />
      </Link>
      <Link to="/deals" {...item} aria-label={t`Сделки`} title={t`Сделки`}>
        <IconLayoutKanban {...ICON} />
      </Link>
      <Link to="/tasks" {...item} title={t`Задачи`}>
        <IconChecklist {...ICON} />
        <span className="visually-hidden">{t`Задачи`}</span>
        <TaskBadge />
      </Link>
      <Link to="/missed-calls" {...item} title={t`Пропущенные`}>
        <IconPhoneX {...ICON} />
        <span className="visually-hidden">{t`Пропущенные`}</span>
        <MissedBadge />
      </Link>
      <Link to="/journal" {...item} aria-label={t`Журнал звонков`} title={t`Журнал звонков`}>
        <IconHistory {...ICON} />
      </Link>
      <Link to="/board" {...item} aria-label={t`Мониторинг`} title={t`Мониторинг`}>
        <IconActivity {...ICON} />
      </Link>
      <Link
        to="/settings"
        {...item}
        className={`${css.item} ${css.last}`}
        aria-label={t`Настройки`}
        title={t`Настройки`}
      >
        <IconSettings {...ICON} />
      </Link>
    </nav>
  );
}
