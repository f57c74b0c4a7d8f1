import { useLingui } from "@lingui/react/macro";
import { Button } from "@/components/button";
import css from "./note-conflict.module.css";

type Props = { theirs: string; onSettle: (choice: "mine" | "theirs" | "both") => void };

/** Somebody else wrote here meanwhile. Both texts are shown; nothing is lost before one is chosen. */
export function NoteConflict({ theirs, onSettle }: Props) {
  const { t } = useLingui();
  return (
    <div className={css.conflict} role="alert">
      <p className={css.title}>{t`Заметку тем временем изменили. На сервере сейчас:`}</p>
      <blockquote className={css.theirs}>{theirs || t`(пусто)`}</blockquote>
      <div className={css.actions}>
        <Button size="s" onClick={() => onSettle("mine")}>{t`Оставить мой текст`}</Button>
        <Button size="s" onClick={() => onSettle("theirs")}>{t`Взять с сервера`}</Button>
        <Button size="s" onClick={() => onSettle("both")}>{t`Объединить`}</Button>
      </div>
    </div>
  );
}
