import { useLingui } from "@lingui/react/macro";
import { IconNote } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Button } from "@/components/button";
import { KeyCap } from "@/components/key-cap";
import { useMe } from "@/features/session/session-context";
import { forget, readStored, store } from "@/lib/storage";
import { useUnsaved } from "@/lib/unsaved";
import { useHotKey } from "@/lib/use-hot-key";
import { addNote, timelineKey } from "./clients-api";
import css from "./note-composer.module.css";
import { TimelineRow } from "./timeline-row";

/** A new note. What is typed is kept on this machine until it is sent. */
export function NoteComposer({ recordId }: { recordId: string }) {
  const { t } = useLingui();
  const me = useMe();
  const queries = useQueryClient();
  const key = `allo.new-note.${me.id}.${recordId}`;
  const [text, setText] = useState(() => readStored<string>(key) ?? "");
  const field = useRef<HTMLTextAreaElement>(null);
  useHotKey("KeyW", () => field.current?.focus());
  useUnsaved(text !== "");
  const write = (next: string) => {
    setText(next);
    if (next) store(key, next);
    else forget(key);
  };
  const sending = useMutation({
    mutationFn: () => addNote(recordId, text.trim()),
    onSuccess: () => {
      write("");
      return queries.invalidateQueries({ queryKey: timelineKey(recordId) });
    },
  });
  const send = () => {
    if (text.trim() && !sending.isPending) sending.mutate();
  };
  return (
    <TimelineRow icon={<IconNote size={16} stroke={1.7} />}>
      <div className={css.composer}>
        <textarea
          ref={field}
          aria-label={t`Новая заметка`}
          placeholder={t`Новая заметка`}
          rows={1}
          value={text}
          onChange={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.code !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            send();
          }}
        />
        {text.trim() && (
          <Button kind="primary" size="s" isBusy={sending.isPending} onClick={send}>
            {t`Добавить`}
            <KeyCap tone="fill">Ctrl Enter</KeyCap>
          </Button>
        )}
        {sending.isError && (
          <p className={css.failure} role="alert">
            {t`Не отправлено, текст сохранён на этом компьютере.`}
          </p>
        )}
      </div>
    </TimelineRow>
  );
}
