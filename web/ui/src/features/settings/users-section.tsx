import { useLingui } from "@lingui/react/macro";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import { Tag } from "@/components/tag";
import type { Account } from "@/lib/wire";
import { NewUserForm } from "./new-user-form";
import css from "./settings.module.css";
import { ACCOUNTS_KEY, fetchAccounts } from "./settings-api";
import { SettingsSection } from "./settings-section";
import { useRoleWords } from "./use-role-words";
import { UserEditor } from "./user-editor";

/** Who works here: found by name, login or extension. */
export function UsersSection() {
  const { t } = useLingui();
  const roles = useRoleWords();
  const [text, setText] = useState("");
  const [opened, setOpened] = useState<string | "new" | null>(null);
  const accounts = useQuery({ queryKey: ACCOUNTS_KEY, queryFn: fetchAccounts });
  const wanted = text.trim().toLowerCase();
  const found = accounts.data?.filter((one) => wordsOf(one).includes(wanted)) ?? [];
  const chosen = accounts.data?.find(({ id }) => id === opened);
  return (
    <SettingsSection
      title={t`Пользователи`}
      lead={t`Кто входит в Allo, с какой ролью и за каким телефоном сидит.`}
      objects={["user"]}
      action={
        <Button kind="primary" onClick={() => setOpened("new")}>
          <IconPlus size={17} stroke={1.7} aria-hidden="true" />
          {t`Новый пользователь`}
        </Button>
      }
    >
      <div className={css.tools}>
        <input
          type="search"
          className={css.field}
          aria-label={t`Искать пользователей`}
          placeholder={t`Имя, логин или номер`}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </div>
      {accounts.isPending && <Skeleton lines={6} height={22} />}
      {accounts.isError && (
        <LoadFailure error={accounts.error} onRetry={() => void accounts.refetch()} />
      )}
      {accounts.data && found.length === 0 && <p className={css.quiet}>{t`Никого не нашлось.`}</p>}
      {found.length > 0 && (
        <div className={css.scroll}>
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">{t`Имя`}</th>
                <th scope="col">{t`Роль`}</th>
                <th scope="col">{t`Команда`}</th>
                <th scope="col">{t`Телефон`}</th>
                <th scope="col">
                  <span className="visually-hidden">{t`Действия`}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {found.map((one) => (
                <tr key={one.id} data-off={!one.is_active || undefined}>
                  <td>
                    <span className={css.name}>{one.name}</span>{" "}
                    {!one.is_active && <Tag>{t`отключён`}</Tag>}
                    {one.is_active && one.must_change_password && (
                      <Tag tone="warn">{t`ещё не входил со своим паролем`}</Tag>
                    )}
                    <div className={css.quiet}>{one.login}</div>
                  </td>
                  <td>{roles[one.role]}</td>
                  <td>{one.team?.name}</td>
                  <td>{one.extensions.map(({ extension }) => extension).join(", ")}</td>
                  <td>
                    <Button
                      size="s"
                      aria-label={t`Изменить: ${one.name}`}
                      onClick={() => setOpened(one.id)}
                    >
                      {t`Изменить`}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {opened === "new" && <NewUserForm onClose={() => setOpened(null)} />}
      {chosen && <UserEditor key={chosen.id} account={chosen} onClose={() => setOpened(null)} />}
    </SettingsSection>
  );
}

const wordsOf = (one: Account): string =>
  [one.name, one.login, one.team?.name, ...one.extensions.map(({ extension }) => extension)]
    .join(" ")
    .toLowerCase();
