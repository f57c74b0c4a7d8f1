import { useLingui } from "@lingui/react/macro";
import { IconArrowUpRight, IconCheck } from "@tabler/icons-react";
import { useRouterState } from "@tanstack/react-router";
import { KeyCap } from "@/components/key-cap";
import { clientOf } from "../call-names";
import type { LiveCall } from "../calls-state";
import { isOpenedElsewhere, usePopupChoices } from "../popup-choices";
import css from "./card-actions.module.css";

type Props = { live: LiveCall; onOpen: (live: LiveCall) => void };

/** With a desk phone one answers by hand: the one thing to do here is to open the card. */
export function CardActions({ live, onOpen }: Props) {
  const { t } = useLingui();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isElsewhere = usePopupChoices((choices) => isOpenedElsewhere(choices, live.id));
  const isOpen = path === `/clients/${clientOf(live)?.id}`;
  return (
    <div className={css.actions}>
      {isOpen ? (
        <p className={css.opened}>
          <IconCheck size={18} stroke={1.7} aria-hidden="true" />
          {t`Карточка открыта, снимите трубку`}
        </p>
      ) : (
        <>
          {isElsewhere && (
            <p className={css.elsewhere}>
              <IconCheck size={16} stroke={1.7} aria-hidden="true" />
              {t`Открыта в другой вкладке`}
            </p>
          )}
          <button type="button" className={css.primary} data-primary onClick={() => onOpen(live)}>
            <IconArrowUpRight size={18} stroke={2} aria-hidden="true" />
            {isElsewhere ? t`Открыть и здесь` : t`Открыть карточку`}
            <KeyCap tone="fill">F2</KeyCap>
          </button>
        </>
      )}
    </div>
  );
}
