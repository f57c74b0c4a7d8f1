import { useLingui } from "@lingui/react/macro";
import { IconCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/button";
import { serverNow } from "@/lib/clock";
import { useFormat } from "@/lib/use-format";
import type { Call } from "@/lib/wire";
import { dueWords, type NextStep, nextSteps } from "./due";
import css from "./next-step-chips.module.css";
import { createTask } from "./tasks-api";
import { useStepWords } from "./use-step-words";
import { useTaskChanges } from "./use-tasks";

/** What was promised in a talk, as a task with one click: the same click twice is one task. */
export function NextStepChips({ call }: { call: Call }) {
  const { t } = useLingui();
  const format = useFormat();
  const words = useStepWords();
  const { refresh } = useTaskChanges();
  const [ids] = useState(() => ({
    tomorrow: crypto.randomUUID(),
    hour: crypto.randomUUID(),
    monday: crypto.randomUUID(),
  }));
  const adding = useMutation({
    mutationFn: (step: NextStep) =>
      createTask({
        id: ids[step.id],
        kind: "callback",
        title: t`Перезвонить`,
        comment: call.note || null,
        due_at: new Date(step.at).toISOString(),
        is_all_day: false,
        is_for_team: false,
        client_id: call.client?.id ?? null,
        call_id: call.id,
        number: call.number,
      }),
    onSuccess: refresh,
  });
  const { zone } = format.place;
  const now = serverNow();
  const made = adding.data;
  return (
    <div className={css.chips} role="group" aria-label={t`Перезвонить`}>
      <span className={css.label}>{t`Перезвонить`}</span>
      {made ? (
        <span className={css.made} role="status">
          <IconCheck size={15} stroke={1.9} aria-hidden="true" />
          {dueWords(format.place, made, now)}
        </span>
      ) : (
        nextSteps(zone, now).map((step) => (
          <Button
            key={step.id}
            size="s"
            isBusy={adding.isPending}
            onClick={() => adding.mutate(step)}
          >
            {words[step.id]}
          </Button>
        ))
      )}
      {adding.isError && (
        <span className={css.failure} role="alert">
          {t`Задача не сохранилась. Попробуйте ещё раз.`}
        </span>
      )}
    </div>
  );
}
