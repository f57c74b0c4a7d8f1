// The sections of the settings, in the order in which they are listed. A new one adds a line here.
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { User } from "@/lib/wire";

export type Section = {
  /** Its place in the address: /settings/<id>. */
  id: string;
  title: MessageDescriptor;
  /** What else people may type to find it. */
  words: MessageDescriptor;
  /** Whose settings these are. The server asks again, whatever the page shows. */
  roles: readonly User["role"][];
  component: LazyExoticComponent<ComponentType>;
};

const EVERYBODY = ["agent", "manager", "supervisor", "admin"] as const;

const ADMIN = ["admin"] as const;

export const SECTIONS: readonly Section[] = [
  {
    id: "profile",
    title: msg`Мой профиль`,
    words: msg`язык тема часовой пояс пароль`,
    roles: EVERYBODY,
    component: lazy(async () => ({
      default: (await import("@/features/profile/profile-page")).ProfilePage,
    })),
  },
  {
    id: "users",
    title: msg`Пользователи`,
    words: msg`люди сотрудники операторы роль пароль внутренний номер телефон отключить`,
    roles: ADMIN,
    component: lazy(async () => ({ default: (await import("./users-section")).UsersSection })),
  },
  {
    id: "teams",
    title: msg({ message: "Команды", context: "люди" }),
    words: msg`отдел группа`,
    roles: ADMIN,
    component: lazy(async () => ({ default: (await import("./teams-section")).TeamsSection })),
  },
  {
    id: "office",
    title: msg`Офис`,
    words: msg`название язык часовой пояс валюта`,
    roles: ADMIN,
    component: lazy(async () => ({ default: (await import("./office-section")).OfficeSection })),
  },
  {
    id: "pbx",
    title: msg`АТС`,
    words: msg`Asterisk FreePBX AMI связь телефония секрет проверка номер внутренний линия`,
    roles: ADMIN,
    component: lazy(async () => ({
      default: (await import("@/features/pbx-links/pbx-section")).PbxSection,
    })),
  },
  {
    id: "queues",
    title: msg`Очереди`,
    words: msg`очередь название итоги`,
    roles: ADMIN,
    component: lazy(async () => ({ default: (await import("./queues-section")).QueuesSection })),
  },
  {
    id: "results",
    title: msg`Итоги разговора`,
    words: msg`результат звонка`,
    roles: ADMIN,
    component: lazy(async () => ({ default: (await import("./results-section")).ResultsSection })),
  },
  {
    id: "pauses",
    title: msg`Причины перерыва`,
    words: msg`пауза обед перерыв оператор`,
    roles: ADMIN,
    component: lazy(async () => ({ default: (await import("./pauses-section")).PausesSection })),
  },
  {
    id: "desks",
    title: msg`Общие телефоны`,
    words: msg`рабочее место сесть смена внутренний номер`,
    roles: ADMIN,
    component: lazy(async () => ({ default: (await import("./desks-section")).DesksSection })),
  },
  {
    id: "pipelines",
    title: msg`Воронки`,
    words: msg`этап сделка порядок продажи`,
    roles: ADMIN,
    component: lazy(async () => ({
      default: (await import("./pipelines-section")).PipelinesSection,
    })),
  },
  {
    id: "ignored",
    title: msg`Номера без карточки`,
    words: msg`игнорировать чёрный список лифт факс`,
    roles: ADMIN,
    component: lazy(async () => ({ default: (await import("./ignored-section")).IgnoredSection })),
  },
  {
    id: "call-limits",
    title: msg`Исходящие звонки`,
    words: msg`позвонить запрет лимит префикс международные платные номера`,
    roles: ADMIN,
    component: lazy(async () => ({
      default: (await import("./call-limits-section")).CallLimitsSection,
    })),
  },
  {
    id: "import",
    title: msg`Импорт клиентов`,
    words: msg`загрузить таблица CSV Excel файл`,
    roles: ["manager", "supervisor", "admin"],
    component: lazy(async () => ({ default: (await import("./import-section")).ImportSection })),
  },
  {
    id: "audit",
    title: msg`Журнал изменений`,
    words: msg`аудит кто что изменил история`,
    roles: ADMIN,
    component: lazy(async () => ({ default: (await import("./audit-section")).AuditSection })),
  },
];
