import { useLingui } from "@lingui/react/macro";
import { IconPhoneIncoming } from "@tabler/icons-react";
import { Button } from "@/components/button";
import { clientOf, titleOf } from "../call-names";
import type { LiveCall } from "../calls-state";
import { useQueueTitle } from "../use-queue-title";
import { CardState } from "./card-state";
import css from "./incoming-line.module.css";
import { useFarewell } from "./use-farewell";
import { usePainted } from "./use-painted";

type Props = { live: LiveCall; onOpen: () => void; onUnfold: () => void };

/** One more call, in one line: who, which line, how long it waits. */
export function IncomingLine({ live, onOpen, onUnfold }: Props) {
  const { t, i18n } = useLingui();
  usePainted(live.id, live.cardSeq, live.isRingingHere);
  useFarewell(live, false);
  const who = titleOf(i18n, live.call, live);
  const line = useQueueTitle(live.call) ?? live.card?.place;
  const isKnown = clientOf(live) !== null;
  return (
    <section
      className={css.line}
      aria-label={t`Звонит ${who}`}
      data-call-id={live.id}
      data-ending={live.ending?.kind}
    >
      <button type="button" className={css.unfold} onClick={onUnfold} title={t`Развернуть`}>
        <span className={css.icon}>
          <IconPhoneIncoming size={16} stroke={1.7} aria-hidden="true" />
        </span>
        <span className={css.text}>
          <span className={css.name}>{who}</span>
          <span className={css.under}>
            {line && <span className={css.where}>{line} · </span>}
            <CardState live={live} />
          </span>
        </span>
      </button>
      {!live.ending && (
        <Button kind="quiet" onClick={isKnown ? onOpen : onUnfold}>
          {isKnown ? t`Открыть` : t`Создать`}
        </Button>
      )}
    </section>
  );
}
