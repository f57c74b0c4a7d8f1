import { useLingui } from "@lingui/react/macro";
import type { Role } from "@/lib/wire";

/** What each role is called, in the order of what they may. */
export function useRoleWords(): Record<Role, string> {
  const { t } = useLingui();
  return {
    agent: t`оператор`,
    manager: t`менеджер`,
    supervisor: t`супервизор`,
    admin: t`администратор`,
  };
}
