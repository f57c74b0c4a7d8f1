import { useLingui } from "@lingui/react/macro";
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { fetchColleagues } from "@/features/session/session-api";
import type { Named } from "@/lib/wire";
import css from "./client-fields.module.css";
import own from "./owner-field.module.css";

type Props = { owner: Named | null; onSave: (ownerId: string | null) => void };

/** Who looks after it. */
export function OwnerField({ owner, onSave }: Props) {
  const { t } = useLingui();
  const users = useQuery({
    queryKey: ["users"],
    queryFn: fetchColleagues,
    staleTime: 300_000,
  });
  const people = users.data ?? [];
  const known = owner ? [owner] : [];
  const all = people.length > 0 ? people : known;
  return (
    <div className={css.row}>
      <span className={css.label}>{t`Ответственный`}</span>
      <Select
        className={own.select}
        aria-label={t`Ответственный`}
        placeholder={t`Не назначен`}
        size="sm"
        searchable
        clearable
        data={all.map(({ id, name }) => ({ value: id, label: name }))}
        value={owner?.id ?? null}
        nothingFoundMessage={t`Никого не нашлось`}
        rightSectionWidth={24}
        onChange={(value) => value !== (owner?.id ?? null) && onSave(value)}
        clearButtonProps={{ "aria-label": t`Снять ответственного` }}
      />
    </div>
  );
}
