import { useLingui } from "@lingui/react/macro";
import { IconNote, IconPencil, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/button";
import { useMe } from "@/features/session/session-context";
import { useUnsaved } from "@/lib/unsaved";
import { useFormat } from "@/lib/use-format";
import type { TimelineItem } from "@/lib/wire";
import { changeNote, deleteNote, timelineKey } from "./clients-api";
import css from "./note-item.module.css";
import { TimelineRow } from "./timeline-row";

type Props = {
  item: TimelineItem;
  note: NonNullable<TimelineItem["note"]>;
  recordId: string;
};

/** A note. Its author may change it where it stands. */
export function NoteItem({ item, note, recordId }: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const me = useMe();
  const queries = useQueryClient();
  const [text, setText] = useState<string | null>(null);
  useUnsaved(text !== null && text !== note.text);
  const onSuccess = () => {
    setText(null);
    return queries.invalidateQueries({ queryKey: timelineKey(recordId) });
  };
  const saving = useMutation({
    mutationFn: (changed: string) => changeNote(note.id, changed, note.version),
    onSuccess,
  });
  const deletion = useMutation({ mutationFn: () => deleteNote(note.id), onSuccess });
  const isMine = item.actor?.id === me.id;
  const hasFailed = saving.isError || deletion.isError;
  return (
    <TimelineRow icon={<IconNote size={16} stroke={1.7} />}>
      <article className={css.note}>
        <header className={css.head}>
          <h3>{t`Заметка`}</h3>
          <span className={css.who}>{item.actor?.name}</span>
          {isMine && text === null && (
            <span className={css.tools}>
              <button type="button" aria-label={t`Изменить`} onClick={() => setText(note.text)}>
                <IconPencil size={16} stroke={1.7} aria-hidden="true" />
              </button>
              <button type="button" aria-label={t`Удалить`} onClick={() => deletion.mutate()}>
                <IconTrash size={16} stroke={1.7} aria-hidden="true" />
              </button>
            </span>
          )}
          <time dateTime={item.at}>{format.time(item.at)}</time>
        </header>
        {text === null ? (
          <p className={css.text}>{note.text}</p>
        ) : (
          <>
            <textarea
              className={css.field}
              aria-label={t`Текст заметки`}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <div className={css.actions}>
              <Button
                kind="primary"
                size="s"
                isBusy={saving.isPending}
                isOff={!text.trim()}
                onClick={() => saving.mutate(text)}
              >{t`Сохранить`}</Button>
              <Button size="s" onClick={() => setText(null)}>{t`Отмена`}</Button>
            </div>
          </>
        )}
        {hasFailed && (
          <p className={css.failure} role="alert">
            {t`Не получилось. Обновите страницу и попробуйте ещё раз.`}
          </p>
        )}
      </article>
    </TimelineRow>
  );
}
