import { useLingui } from "@lingui/react/macro";
import { IconPhoneIncoming, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { DialNumber } from "@/features/calling/dial-number";
import { clientOf, lineOf, titleOf } from "../call-names";
import type { LiveCall } from "../calls-state";
import { acknowledge } from "../live-store";
import { dismissCard } from "../popup-choices";
import { useQueueTitle } from "../use-queue-title";
import { CardActions } from "./card-actions";
import { CardBody } from "./card-body";
import { CardState } from "./card-state";
import { CardWho } from "./card-who";
import css from "./incoming-card.module.css";
import { useFarewell } from "./use-farewell";
import { usePainted } from "./use-painted";

type Props = { live: LiveCall; onOpen: (live: LiveCall) => void };

/** The full card of one call: where it came in, who it is, what is known, what can be done. */
export function IncomingCard({ live, onOpen }: Props) {
  const { t, i18n } = useLingui();
  const queue = useQueueTitle(live.call);
  const [isHeld, setHeld] = useState(false);
  usePainted(live.id, live.cardSeq, live.isRingingHere);
  useFarewell(live, isHeld);
  const who = titleOf(i18n, live.call, live);
  const isOver = live.ending !== null;

  return (
    <section
      className={css.card}
      aria-label={t`Звонит ${who}`}
      data-call-id={live.id}
      data-ending={live.ending?.kind}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <div className={css.top}>
        <button
          type="button"
          className={css.open}
          onClick={() => onOpen(live)}
          title={t`Открыть карточку`}
        >
          <span className={css.line}>
            <IconPhoneIncoming size={18} stroke={1.7} aria-hidden="true" />
            <span className={css.lineName}>{lineOf(i18n, live.call, queue)}</span>
            <CardState live={live} />
          </span>
          <CardWho live={live} />
        </button>
        <button
          type="button"
          className={css.close}
          onClick={() => {
            dismissCard(live.id);
            acknowledge({ type: "dismissed", call_id: live.id }); // other browsers of mine hide it too
          }}
          aria-label={t`Скрыть`}
        >
          <IconX size={15} stroke={1.7} aria-hidden="true" />
        </button>
      </div>
      <CardBody live={live} />
      {live.ending?.kind === "missed" && !live.call.is_withheld && (
        <div className={css.back}>
          <DialNumber
            number={live.call.number}
            clientId={clientOf(live)?.id}
            name={clientOf(live)?.name}
            isWide
          />
        </div>
      )}
      {!isOver && clientOf(live) && <CardActions live={live} onOpen={onOpen} />}
    </section>
  );
}
