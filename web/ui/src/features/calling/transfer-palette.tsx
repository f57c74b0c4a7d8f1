import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { KeyCap } from "@/components/key-cap";
import { Sheet } from "@/components/sheet";
import { useMe } from "@/features/session/session-context";
import type { Call, CallTransfer, Colleague } from "@/lib/wire";
import { COLLEAGUES_KEY, fetchColleagues, transferCall } from "./calling-api";
import { beginConsultation } from "./consultation";
import { refusalOf } from "./order-words";
import { findTargets, type Target } from "./transfer-find";
import css from "./transfer-palette.module.css";
import { TransferTargets } from "./transfer-targets";

const FRESH_MS = 2000;
const NOBODY: readonly Colleague[] = [];

type Props = { call: Call; onClose: () => void };

/** To whom the call goes: colleagues with what their line does, or a number. At once, or after asking. */
export function TransferPalette({ call, onClose }: Props) {
  const { t, i18n } = useLingui();
  const me = useMe();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const [kind, setKind] = useState<CallTransfer["kind"]>("blind");
  const colleagues = useQuery({
    queryKey: COLLEAGUES_KEY,
    queryFn: fetchColleagues,
    refetchInterval: FRESH_MS,
  });
  const others = (colleagues.data ?? NOBODY).filter(
    (one) => one.pbx === call.pbx && one.user_id !== me.id,
  );
  const targets = findTargets(others, text);
  const at = Math.min(active, Math.max(0, targets.length - 1));
  const passing = useMutation({
    mutationFn: (target: Target) => transferCall(call.id, { kind, to: target.to }),
    onSuccess: (_done, target) => {
      if (kind === "attended") beginConsultation(call.id, target.name ?? target.to);
      onClose();
    },
  });
  const run = (target: Target | undefined) => {
    if (target && !passing.isPending) passing.mutate(target);
  };
  return (
    <Sheet title={t`Перевести звонок`} isTitleHidden onClose={onClose}>
      <input
        className={css.field}
        role="combobox"
        aria-expanded={targets.length > 0}
        aria-controls="transfer-list"
        aria-activedescendant={targets[at] && `transfer-${at}`}
        aria-label={t`Кому перевести: имя или номер`}
        placeholder={t`Кому перевести: имя или номер`}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setActive(0);
          passing.reset();
        }}
        onKeyDown={(event) => {
          if (event.code === "ArrowDown") setActive(Math.min(at + 1, targets.length - 1));
          else if (event.code === "ArrowUp") setActive(Math.max(at - 1, 0));
          else if (event.code === "Enter") run(targets[at]);
          else return;
          event.preventDefault();
        }}
      />
      <TransferTargets targets={targets} active={at} onPoint={setActive} onRun={run} />
      {targets.length === 0 && !colleagues.isPending && (
        <p className={css.nothing}>{t`Никого не нашлось. Можно ввести номер целиком.`}</p>
      )}
      {passing.isError && (
        <p className={css.failure} role="alert">
          {refusalOf(i18n, passing.error)}
        </p>
      )}
      <fieldset className={css.kinds}>
        <legend className="visually-hidden">{t`Как перевести`}</legend>
        {(
          [
            ["blind", t`Сразу`],
            ["attended", t`С консультацией`],
          ] as const
        ).map(([value, word]) => (
          <label key={value} className={css.kind}>
            <input
              type="radio"
              name="transfer-kind"
              checked={kind === value}
              onChange={() => setKind(value)}
            />
            {word}
          </label>
        ))}
        <span className={css.keys}>
          <KeyCap>↑ ↓</KeyCap>
          <KeyCap>Enter</KeyCap>
        </span>
      </fieldset>
    </Sheet>
  );
}
