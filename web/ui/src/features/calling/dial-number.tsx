import { useLingui } from "@lingui/react/macro";
import { IconPhone } from "@tabler/icons-react";
import { formatNumber } from "@/lib/format-number";
import css from "./dial-number.module.css";
import { dial, useOrders } from "./orders";
import { useLineTrouble } from "./use-line";

type Props = {
  number: string | null;
  clientId?: string | null | undefined;
  /** Who it is, for the bar while the phone rings. */
  name?: string | null | undefined;
  /** With the word beside the handset. */
  isWide?: boolean;
};

/** A handset beside a number. When nothing can be dialled it stays and says why. */
export function DialNumber({ number, clientId = null, name = null, isWide = false }: Props) {
  const { t } = useLingui();
  const trouble = useLineTrouble();
  const isAsking = useOrders((orders) => orders.isAsking);
  if (!number) return null;
  const shown = formatNumber(number);
  const isOff = trouble !== null;
  return (
    <button
      type="button"
      className={css.dial}
      data-wide={isWide || undefined}
      aria-disabled={isOff || isAsking || undefined}
      aria-label={isOff ? t`Позвонить: ${shown}. ${trouble}` : t`Позвонить: ${shown}`}
      title={trouble ?? t`Позвонить: ${shown}`}
      onClick={(event) => {
        event.stopPropagation();
        if (!isOff && !isAsking) dial({ number, clientId, name });
      }}
    >
      <IconPhone size={isWide ? 17 : 16} stroke={1.7} aria-hidden="true" />
      {isWide && t`Позвонить`}
    </button>
  );
}
