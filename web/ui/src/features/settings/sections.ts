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
];
