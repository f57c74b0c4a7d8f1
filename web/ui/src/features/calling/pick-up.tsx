import { useLingui } from "@lingui/react/macro";
import { IconPhoneIncoming } from "@tabler/icons-react";
import css from "./dial-number.module.css";
import { pickUp } from "./orders";
import { useLineTrouble } from "./use-line";

type Props = { callId: string; name: string };

/** Take the call that rings at a colleague's: my own phone rings, and has it when I lift it. */
export function PickUp({ callId, name }: Props) {
  const { t } = useLingui();
  const trouble = useLineTrouble();
  return (
    <button
      type="button"
      className={css.dial}
      aria-disabled={trouble !== null || undefined}
      aria-label={t`Перехватить звонок: ${name}`}
      title={trouble ?? t`Перехватить звонок: ${name}`}
      onClick={() => trouble === null && pickUp(callId, name)}
    >
      <IconPhoneIncoming size={16} stroke={1.7} aria-hidden="true" />
    </button>
  );
}
