import { useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type Ref, useState } from "react";
import { Button } from "@/components/button";
import { serverNow } from "@/lib/clock";
import { useUnsaved } from "@/lib/unsaved";
import { useFormat } from "@/lib/use-format";
import { dueWords } from "./due";
import css from "./quick-add.module.css";
import { readQuickTask } from "./quick-task";
import { createTask } from "./tasks-api";
import { useTaskChanges } from "./use-tasks";

type Props = {
  about?: { client_id?: string; deal_id?: string };
  fieldRef?: Ref<HTMLInputElement>;
  onDone?: () => void;
};

/** One line: what and when. How it was understood is shown before it is sent. */
export function QuickAdd({ about = {}, fieldRef, onDone }: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const { refresh } = useTaskChanges();
  const [text, setText] = useState("");
  // One id a text: sent twice, it is one task.
  const [id, setId] = useState(() => crypto.randomUUID());
  useUnsaved(text !== "");
  const now = serverNow();
  const task = readQuickTask(text, format.place.zone, now);
  const adding = useMutation({
    mutationFn: createTask,
    onSuccess: () => {
      setText("");
      setId(crypto.randomUUID());
      refresh();
      onDone?.();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!task || adding.isPending) return;
    adding.mutate({
      id,
      kind: task.kind,
      title: task.title,
      due_at: new Date(task.at).toISOString(),
      is_all_day: task.isAllDay,
      is_for_team: false,
      ...about,
    });
  };
  const due = task && { due_at: new Date(task.at).toISOString(), is_all_day: task.isAllDay };
  return (
    <form
      className={css.form}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.code !== "Escape" || !onDone) return;
        event.stopPropagation();
        onDone();
      }}
    >
      <input
        ref={fieldRef}
        className={css.field}
        aria-label={t`Новая задача`}
        placeholder={t`Перезвонить завтра в 10`}
        autoComplete="off"
        maxLength={300}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" kind="primary" isBusy={adding.isPending} isOff={!task}>
        {t`Добавить`}
      </Button>
      {task && due && (
        <p className={css.preview}>
          «{task.title}», {dueWords(format.place, due, now)}
        </p>
      )}
      {adding.isError && (
        <p className={css.failure} role="alert">
          {t`Не сохранилось, текст остался здесь. Попробуйте ещё раз.`}
        </p>
      )}
    </form>
  );
}
