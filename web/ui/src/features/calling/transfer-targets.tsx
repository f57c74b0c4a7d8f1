import { useLingui } from "@lingui/react/macro";
import { IconPhone, IconUser } from "@tabler/icons-react";
import { formatNumber } from "@/lib/format-number";
import type { Colleague } from "@/lib/wire";
import type { Target } from "./transfer-find";
import css from "./transfer-palette.module.css";

type Props = {
  targets: readonly Target[];
  active: number;
  onPoint: (index: number) => void;
  onRun: (target: Target) => void;
};

/** Who was found. The field keeps the focus; the arrows move through here. */
export function TransferTargets({ targets, active, onPoint, onRun }: Props) {
  const { t } = useLingui();
  const words: Record<Colleague["state"], string> = {
    on_call: t`в разговоре`,
    ringing: t`звонит`,
    wrap_up: t`обработка`,
    ready: t`готов`,
    paused: t`перерыв`,
    lost: t`нет связи с АТС`,
    offline: t`не в сети`,
  };
  return (
    <div id="transfer-list" className={css.list} role="listbox" aria-label={t`Кому перевести`}>
      {targets.map((target, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's, which has the focus
        <div
          key={target.name === null ? "number" : target.to}
          id={`transfer-${index}`}
          className={css.target}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          onPointerMove={() => onPoint(index)}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onRun(target)}
        >
          {target.name === null ? (
            <IconPhone size={17} stroke={1.7} aria-hidden="true" />
          ) : (
            <IconUser size={17} stroke={1.7} aria-hidden="true" />
          )}
          <span className={css.name}>{target.name ?? formatNumber(target.to)}</span>
          {target.name !== null && <span className={css.extension}>{target.to}</span>}
          {target.state && (
            <span className={css.state} data-state={target.state}>
              {words[target.state]}
            </span>
          )}
        </div>
      ))}
    </div>
  );
}
