import { useLingui } from "@lingui/react/macro";
import { IconArrowRight, IconPencil } from "@tabler/icons-react";
import { useRouterState } from "@tanstack/react-router";
import { LevelBars } from "@/components/level-bars";
import { CallControls } from "@/features/calling/call-controls";
import { secondsSince, useNow } from "@/lib/clock";
import { formatTimer } from "@/lib/format-time";
import { clientOf, titleOf } from "./call-names";
import { currentTalk, talkBeganAt } from "./calls-state";
import css from "./current-call.module.css";
import { useLive } from "./live-store";
import { useOpenCard } from "./use-open-card";
import { useWrapUp } from "./wrap-up";

/** The talk that goes on, or the last one that waits to be written up; from anywhere it is one click away. */
export function CurrentCall() {
  const { t, i18n } = useLingui();
  const now = useNow();
  const openCard = useOpenCard();
  const me = useLive((live) => live.calls.me);
  const talk = useLive((live) => currentTalk(live.calls));
  const waiting = useWrapUp((store) => store.calls.at(-1));
  const path = useRouterState({ select: (state) => state.location.pathname });

  if (talk) {
    const name = titleOf(i18n, talk.call, talk);
    const client = clientOf(talk);
    const isHere = path === (client ? `/clients/${client.id}` : `/calls/${talk.id}`);
    const isDialling = talk.call.answered_at === null;
    return (
      <>
        <button type="button" className={css.call} onClick={() => openCard(talk)}>
          {!isDialling && <LevelBars />}
          <span className={isHere ? "visually-hidden" : css.hint}>{t`Карточка:`}</span>
          <span className={css.name}>{name}</span>
          {isDialling && <span className={css.hint}>{t`вызываем`}</span>}
          <span className={css.timer}>
            {formatTimer(secondsSince(talkBeganAt(talk.call, me), now))}
          </span>
          {!isHere && <IconArrowRight size={16} stroke={1.8} aria-hidden="true" />}
        </button>
        <CallControls call={talk.call} isNarrow />
      </>
    );
  }
  if (!waiting) return null;
  const to = waiting.client ? `/clients/${waiting.client.id}` : `/calls/${waiting.id}`;
  if (path === to) return null;
  const name = titleOf(i18n, waiting);
  const open = () =>
    openCard({
      id: waiting.id,
      call: waiting,
      extension: null,
      card: null,
      cardSeq: 0,
      isRingingHere: false,
      ending: null,
    });
  return (
    <button type="button" className={css.call} data-state="wrap_up" onClick={open}>
      <IconPencil size={16} stroke={1.7} aria-hidden="true" />
      <span className={css.hint}>{t`Дописать:`}</span>
      <span className={css.name}>{name}</span>
      <IconArrowRight size={16} stroke={1.8} aria-hidden="true" />
    </button>
  );
}
