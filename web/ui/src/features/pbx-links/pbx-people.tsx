import { useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import { Tag } from "@/components/tag";
import { FormFailure } from "@/features/settings/form-failure";
import settings from "@/features/settings/settings.module.css";
import {
  ACCOUNTS_KEY,
  AUDIT_KEY,
  createAccount,
  fetchTeams,
  TEAMS_KEY,
} from "@/features/settings/settings-api";
import type { PbxEndpoint } from "@/lib/wire";
import { IssuedPasswords } from "./issued-passwords";
import { loginFor } from "./login-for";
import css from "./pbx-links.module.css";
import { fetchEndpoints, PBX_LINKS_KEY } from "./pbx-links-api";

type Props = { linkId: string; pbx: string; onCreated?: () => void };

type Person = { extension: string; name: string; login: string; isChosen: boolean };
export type Issued = { name: string; login: string; password: string };

/** The phones that the PBX knows, and users to be made for those that are nobody's yet. */
export function PbxPeople({ linkId, pbx, onCreated }: Props) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const key = [...PBX_LINKS_KEY, linkId, "endpoints"];
  const phones = useQuery({ queryKey: key, queryFn: () => fetchEndpoints(linkId), retry: false });
  const teams = useQuery({ queryKey: TEAMS_KEY, queryFn: fetchTeams });
  const [edited, setEdited] = useState<Record<string, Partial<Person>>>({});
  const [issued, setIssued] = useState<Issued[]>([]);
  const [failure, setFailure] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const ours = phones.data?.filter(({ extension }) => extension !== null) ?? [];
  const personOf = (one: PbxEndpoint): Person => ({
    extension: one.extension ?? one.name,
    name: one.title,
    login: loginFor(one.title, one.extension ?? one.name),
    isChosen: one.title !== "",
    ...edited[one.extension ?? one.name],
  });
  const edit = (extension: string, change: Partial<Person>) =>
    setEdited((known) => ({ ...known, [extension]: { ...known[extension], ...change } }));
  const chosen = ours
    .filter(({ user }) => !user)
    .map(personOf)
    .filter(({ isChosen }) => isChosen);
  const team_id = teams.data?.find(({ is_first }) => is_first)?.id ?? "";
  const isReady =
    chosen.length > 0 &&
    team_id !== "" &&
    chosen.every(({ name, login }) => name.trim() && login.trim());
  const create = async () => {
    setBusy(true);
    setFailure(null);
    try {
      for (const { name, login, extension } of chosen) {
        const made = await createAccount({
          login: login.trim(),
          name: name.trim(),
          role: "agent",
          team_id,
          phones: [{ pbx, extension }],
        });
        setIssued((known) => [...known, { name, login, password: made.password }]);
        edit(extension, { isChosen: false });
      }
      onCreated?.();
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
      for (const queryKey of [key, ACCOUNTS_KEY, TEAMS_KEY, AUDIT_KEY])
        void queries.invalidateQueries({ queryKey });
    }
  };
  if (phones.isPending) return <Skeleton lines={4} height={22} />;
  if (phones.isError)
    return <LoadFailure error={phones.error} onRetry={() => void phones.refetch()} />;
  if (ours.length === 0)
    return <p className={settings.quiet}>{t`АТС не показала ни одного нашего телефона.`}</p>;
  const count = chosen.length;
  return (
    <div className={css.test}>
      <div className={settings.scroll}>
        <table className={settings.table} data-plain>
          <thead>
            <tr>
              <th scope="col">{t`Номер`}</th>
              <th scope="col">{t`Имя`}</th>
              <th scope="col">{t`Логин`}</th>
              <th scope="col">{t`Телефон`}</th>
            </tr>
          </thead>
          <tbody>
            {ours.map((one) => (
              <PersonRow
                key={`${one.technology}/${one.name}`}
                phone={one}
                person={personOf(one)}
                onEdit={(change) => edit(one.extension ?? one.name, change)}
              />
            ))}
          </tbody>
        </table>
      </div>
      <FormFailure error={failure} />
      <div className={settings.actions}>
        <Button kind="primary" isBusy={isBusy} isOff={!isReady} onClick={() => void create()}>
          {t`Создать пользователей: ${count}`}
        </Button>
      </div>
      {issued.length > 0 && <IssuedPasswords people={issued} />}
    </div>
  );
}

type RowProps = { phone: PbxEndpoint; person: Person; onEdit: (change: Partial<Person>) => void };

function PersonRow({ phone, person, onEdit }: RowProps) {
  const { t } = useLingui();
  const { extension } = person;
  return (
    <tr>
      <td>
        {phone.user ? (
          extension
        ) : (
          <label className={settings.check}>
            <input
              type="checkbox"
              checked={person.isChosen}
              onChange={(event) => onEdit({ isChosen: event.currentTarget.checked })}
            />
            {extension}
          </label>
        )}
      </td>
      {phone.user ? (
        <td colSpan={2}>
          {phone.user.name} <span className={settings.quiet}>{t`уже есть`}</span>
        </td>
      ) : (
        <>
          <td>
            <input
              className={settings.field}
              aria-label={t`Имя для ${extension}`}
              maxLength={200}
              value={person.name}
              onChange={(event) => onEdit({ name: event.currentTarget.value, isChosen: true })}
            />
          </td>
          <td>
            <input
              className={settings.field}
              aria-label={t`Логин для ${extension}`}
              autoCapitalize="none"
              spellCheck={false}
              maxLength={64}
              value={person.login}
              onChange={(event) => onEdit({ login: event.currentTarget.value })}
            />
          </td>
        </>
      )}
      <td>
        {phone.is_registered === null ? (
          <Tag>{t`неизвестно`}</Tag>
        ) : phone.is_registered ? (
          <Tag tone="live">{t`на связи`}</Tag>
        ) : (
          <Tag tone="warn">{t`не зарегистрирован`}</Tag>
        )}
      </td>
    </tr>
  );
}
