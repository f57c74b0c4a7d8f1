import { useLingui } from "@lingui/react/macro";
import { Menu } from "@mantine/core";
import { IconKeyboard, IconLogout, IconSettings } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Avatar } from "@/components/avatar";
import { logOut, SESSION_KEY } from "@/features/session/session-api";
import { useMe } from "@/features/session/session-context";
import { openKeysHelp } from "./keys-help-store";
import css from "./profile-menu.module.css";

const ICON = { size: 16, stroke: 1.7, "aria-hidden": true } as const;

/** Who I am, and the way out. */
export function ProfileMenu() {
  const { t } = useLingui();
  const me = useMe();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const leave = async () => {
    await logOut().catch(() => undefined); // the server that is away forgets nobody, but the page does
    queries.clear();
    queries.setQueryData(SESSION_KEY, null);
  };
  const extensions = me.extensions.map(({ extension }) => extension).join(", ");
  return (
    <Menu position="bottom-end" offset={6} withinPortal={false} transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <button type="button" className={css.me}>
          <Avatar name={me.name} />
          <span className="visually-hidden">{t`Меню: ${me.name}`}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={css.who}>
          <p className={css.name}>{me.name}</p>
          <p className={css.line}>
            {me.login}
            {extensions && ` · ${t`внутренний ${extensions}`}`}
          </p>
        </div>
        <Menu.Item
          leftSection={<IconSettings {...ICON} />}
          onClick={() => void navigate({ to: "/profile" })}
        >{t`Профиль`}</Menu.Item>
        <Menu.Item leftSection={<IconKeyboard {...ICON} />} onClick={openKeysHelp}>
          {t`Клавиши`}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout {...ICON} />} onClick={() => void leave()}>
          {t`Выйти`}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
