import { useLingui } from "@lingui/react/macro";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Button } from "@/components/button";
import type { Role } from "@/lib/wire";
import css from "./settings.module.css";
import { fetchTeams, TEAMS_KEY } from "./settings-api";
import { useRoleWords } from "./use-role-words";

const ZONES: readonly string[] = Intl.supportedValuesOf("timeZone");

export type UserDraft = {
  name: string;
  role: Role;
  team_id: string;
  phones: { pbx: string; extension: string }[];
  /** Null: as the office has it, now and later. */
  language: "ru" | "en" | null;
  time_zone: string | null;
};

type Props = { draft: UserDraft; onChange: (draft: UserDraft) => void };

/** What an account says of somebody, the login apart: that never changes. */
export function UserFields({ draft, onChange }: Props) {
  const { t } = useLingui();
  const roles = useRoleWords();
  const teams = useQuery({ queryKey: TEAMS_KEY, queryFn: fetchTeams });
  const set = (change: Partial<UserDraft>) => onChange({ ...draft, ...change });
  const setPhone = (place: number, change: Partial<UserDraft["phones"][number]>) =>
    set({ phones: draft.phones.map((one, at) => (at === place ? { ...one, ...change } : one)) });
  return (
    <>
      <label className={css.label}>
        {t`Имя`}
        <input
          className={css.field}
          autoComplete="off"
          maxLength={200}
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
      </label>
      <div className={css.pair}>
        <label className={css.label}>
          {t`Роль`}
          <select
            className={css.field}
            value={draft.role}
            onChange={(event) => set({ role: event.currentTarget.value as Role })}
          >
            {Object.entries(roles).map(([role, word]) => (
              <option key={role} value={role}>
                {word}
              </option>
            ))}
          </select>
        </label>
        <label className={css.label}>
          {t`Команда`}
          <select
            className={css.field}
            value={draft.team_id}
            onChange={(event) => set({ team_id: event.currentTarget.value })}
          >
            {teams.data?.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label className={css.label}>
          {t`Язык`}
          <select
            className={css.field}
            value={draft.language ?? ""}
            onChange={(event) =>
              set({ language: (event.currentTarget.value || null) as UserDraft["language"] })
            }
          >
            <option value="">{t`Как в офисе`}</option>
            <option value="ru">Русский</option>
            <option value="en">English</option>
          </select>
        </label>
        <label className={css.label}>
          {t`Часовой пояс`}
          <select
            className={css.field}
            value={draft.time_zone ?? ""}
            onChange={(event) => set({ time_zone: event.currentTarget.value || null })}
          >
            <option value="">{t`Как в офисе`}</option>
            {[...new Set([draft.time_zone ?? "", ...ZONES])].filter(Boolean).map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </select>
        </label>
      </div>
      {draft.phones.map((phone, place) => (
        <div className={css.row} key={place}>
          <input
            className={css.field}
            aria-label={t`Внутренний номер`}
            placeholder={t`Внутренний номер`}
            value={phone.extension}
            onChange={(event) => setPhone(place, { extension: event.currentTarget.value })}
          />
          <input
            className={css.field}
            aria-label={t`АТС`}
            placeholder={t`АТС`}
            value={phone.pbx}
            onChange={(event) => setPhone(place, { pbx: event.currentTarget.value })}
          />
          <Button
            size="s"
            kind="quiet"
            aria-label={t`Убрать номер ${phone.extension}`}
            onClick={() => set({ phones: draft.phones.filter((_, at) => at !== place) })}
          >
            <IconX size={16} stroke={1.7} aria-hidden="true" />
          </Button>
        </div>
      ))}
      <div className={css.actions}>
        <Button
          size="s"
          onClick={() => set({ phones: [...draft.phones, { pbx: "main", extension: "" }] })}
        >
          <IconPlus size={16} stroke={1.7} aria-hidden="true" />
          {t`Добавить телефон`}
        </Button>
      </div>
    </>
  );
}
