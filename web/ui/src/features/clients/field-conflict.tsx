import { useLingui } from "@lingui/react/macro";
import { Button } from "@/components/button";
import css from "./field-conflict.module.css";
import type { Conflict } from "./use-change-client";

type Props = { conflict: Conflict; onSettle: (choice: "mine" | "theirs") => void };

/** Somebody changed the client while a field was being written: whose words stay? */
export function FieldConflict({ conflict, onSettle }: Props) {
  const { t } = useLingui();
  const [field, mine] = Object.entries(conflict.mine)[0] ?? ["", null];
  const now = { ...conflict.theirs, company_name: conflict.theirs.company?.name ?? null };
  const theirs = (now as Record<string, unknown>)[field];
  const say = (value: unknown) => (value ? String(value) : t`(пусто)`);
  return (
    <div className={css.conflict} role="alert">
      <p>{t`Карточку тем временем изменили. Теперь здесь: ${say(theirs)}`}</p>
      <div className={css.actions}>
        <Button size="s" onClick={() => onSettle("mine")}>{t`Поставить «${say(mine)}»`}</Button>
        <Button size="s" onClick={() => onSettle("theirs")}>{t`Оставить как есть`}</Button>
      </div>
    </div>
  );
}
