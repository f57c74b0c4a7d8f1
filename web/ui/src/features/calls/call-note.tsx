import { useLingui } from "@lingui/react/macro";
import { useEffect } from "react";
import { useUnsaved } from "@/lib/unsaved";
import type { Call } from "@/lib/wire";
import css from "./call-note.module.css";
import { NoteConflict } from "./note-conflict";
import { notes, useNote } from "./notes-in-flight";

/** The note of a call. It is saved by itself; under it stands whether the server has it. */
export function CallNote({ call }: { call: Call }) {
  const { t } = useLingui();
  const note = useNote(call.id);
  useEffect(() => notes().learn(call.id, call.note ?? "", call.note_version), [call]);
  const status = note?.status ?? "saved";
  useUnsaved(status !== "saved");
  const words = {
    saved: note?.text ? t`Сохранено` : "",
    pending: t`Печатаете…`,
    elsewhere: t`Печатаете в другой вкладке…`,
    saving: t`Сохраняем…`,
    waiting: t`Ждёт отправки, текст сохранён на этом компьютере`,
    refused: t`Сервер не принял заметку, текст сохранён на этом компьютере`,
    conflict: "",
  };
  return (
    <div className={css.note}>
      <textarea
        className={css.text}
        aria-label={t`Заметка о звонке`}
        placeholder={t`О чём говорили? Сохраняется само`}
        rows={2}
        value={note?.text ?? call.note ?? ""}
        onChange={(event) => notes().edit(call.id, event.currentTarget.value)}
        onBlur={() => void notes().flush(call.id)}
      />
      <p className={css.status} data-status={status} role="status">
        {words[status]}
      </p>
      {note?.theirs && (
        <NoteConflict
          theirs={note.theirs.text}
          onSettle={(choice) => void notes().settle(call.id, choice)}
        />
      )}
    </div>
  );
}
