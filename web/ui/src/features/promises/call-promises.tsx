import { useLingui } from "@lingui/react/macro";
import { IconHeartHandshake } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { Button } from "@/components/button";
import { KeyCap } from "@/components/key-cap";
import { dueWords } from "@/features/tasks/due";
import { TASKS_KEY } from "@/features/tasks/tasks-api";
import { serverNow } from "@/lib/clock";
import { useFormat } from "@/lib/use-format";
import { useHotKey } from "@/lib/use-hot-key";
import type { Call, Promised } from "@/lib/wire";
import css from "./call-promises.module.css";
import { nextClock, type PromiseTime, promiseTimes } from "./promise-times";
import { fetchPromises, makePromise, promisesKey, withdrawPromise } from "./promises-api";

type Props = { call: Call; hasKeys: boolean };

/** What was promised in the talk: one key, one chip, and the second is marked and the task made. */
export function CallPromises({ call, hasKeys }: Props) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const opener = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const made = useQuery({
    queryKey: promisesKey(call.id),
    queryFn: () => fetchPromises(call.id),
    staleTime: 30_000,
  });
  const refresh = () => {
    for (const queryKey of [promisesKey(call.id), TASKS_KEY])
      void queries.invalidateQueries({ queryKey });
  };
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  const making = useMutation({
    mutationFn: ({ text, at }: { text: string; at: number }) => makePromise(call.id, text, at),
    onSuccess: () => {
      refresh();
      close();
    },
  });
  const taking = useMutation({ mutationFn: withdrawPromise, onSettled: refresh });
  useHotKey("KeyP", () => setOpen(true), { isOn: hasKeys });
  const shown = (made.data ?? []).filter((one) => one.state !== "withdrawn");
  return (
    <div className={css.box} data-promise-key={hasKeys || undefined}>
      {shown.map((one) => (
        <PromiseLine key={one.id} promised={one} onWithdraw={() => taking.mutate(one.id)} />
      ))}
      {isOpen ? (
        <PromiseForm
          isBusy={making.isPending}
          onMake={(text, at) => making.mutate({ text, at })}
          onClose={close}
        />
      ) : (
        <Button ref={opener} size="s" onClick={() => setOpen(true)}>
          <IconHeartHandshake size={16} stroke={1.7} aria-hidden="true" />
          {t`Обещание`}
          {hasKeys && <KeyCap>P</KeyCap>}
        </Button>
      )}
      {making.isError && (
        <p className={css.failure} role="alert">
          {t`Обещание не сохранилось. Попробуйте ещё раз.`}
        </p>
      )}
    </div>
  );
}

type FormProps = {
  isBusy: boolean;
  onMake: (text: string, at: number) => void;
  onClose: () => void;
};

function PromiseForm({ isBusy, onMake, onClose }: FormProps) {
  const { t } = useLingui();
  const { zone } = useFormat().place;
  const [text, setText] = useState("");
  const [clock, setClock] = useState("");
  const now = serverNow();
  const wordOf = ({ id, clock: at }: PromiseTime) =>
    id === "hour" ? t`через час` : id === "today" ? t`к ${at}` : t`завтра в ${at}`;
  const chosen = nextClock(zone, now, clock);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const at = chosen ?? promiseTimes(zone, now)[0]?.at;
    if (at !== undefined && !isBusy) onMake(text.trim(), at);
  };
  return (
    <form
      className={css.form}
      aria-label={t`Что обещали`}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.code !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <input
        className={css.text}
        // biome-ignore lint/a11y/noAutofocus: it was asked for by a key or a press
        autoFocus
        aria-label={t`Что обещали`}
        placeholder={t`Что обещали: перезвонить`}
        maxLength={300}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={css.chips}>
        {promiseTimes(zone, now).map((one) => (
          <Button key={one.id} size="s" isBusy={isBusy} onClick={() => onMake(text.trim(), one.at)}>
            {wordOf(one)}
          </Button>
        ))}
        <input
          className={css.clock}
          type="time"
          aria-label={t`К какому часу`}
          value={clock}
          onChange={(event) => setClock(event.currentTarget.value)}
        />
        <Button size="s" type="submit" kind="primary" isBusy={isBusy} isOff={chosen === null}>
          {t`Обещать`}
        </Button>
      </div>
    </form>
  );
}

function PromiseLine({ promised, onWithdraw }: { promised: Promised; onWithdraw: () => void }) {
  const { t } = useLingui();
  const format = useFormat();
  const due = dueWords(format.place, { due_at: promised.due_at, is_all_day: false }, serverNow());
  const words = {
    open: t`обещали`,
    kept: t`сдержали`,
    kept_late: t`сдержали с опозданием`,
    broken: t`обещали и не сделали`,
    withdrawn: t`отозвано`,
  };
  const isOpen = promised.state === "open" || promised.state === "broken";
  const tone = { open: undefined, kept: "live", kept_late: "warn", broken: "bad" } as const;
  return (
    <p
      className={css.line}
      data-tone={promised.state === "withdrawn" ? undefined : tone[promised.state]}
      role="status"
    >
      <span>
        {[words[promised.state], promised.text].filter(Boolean).join(": ")}, {due}
      </span>
      {isOpen && (
        <Button size="s" kind="quiet" onClick={onWithdraw}>
          {t`Отозвать`}
        </Button>
      )}
    </p>
  );
}
