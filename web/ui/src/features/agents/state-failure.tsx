import { useLingui } from "@lingui/react/macro";
import { IconX } from "@tabler/icons-react";
import { Problem } from "@/lib/problem";
import { reasonOf } from "@/lib/reasons";
import css from "./state-button.module.css";

type Props = { error: Error; onClose: () => void };

/** The state stayed as it was, and why. */
export function StateFailure({ error, onClose }: Props) {
  const { t, i18n } = useLingui();
  const why =
    error instanceof Problem ? reasonOf(i18n, error) : t`сервер не ответил. Попробуйте ещё раз.`;
  return (
    <p className={css.failure} role="alert">
      <span>{t`Не получилось: ${why}`}</span>
      <button type="button" aria-label={t`Закрыть`} onClick={onClose}>
        <IconX size={14} stroke={1.8} aria-hidden="true" />
      </button>
    </p>
  );
}
