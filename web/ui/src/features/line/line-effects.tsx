import { useLingui } from "@lingui/react/macro";
import { useEffect, useRef } from "react";
import { currentTalk } from "@/features/calls/calls-state";
import { useLive } from "@/features/calls/live-store";
import { usePopupChoices, wasOpened } from "@/features/calls/popup-choices";
import { useOpenCard } from "@/features/calls/use-open-card";
import { useMe } from "@/features/session/session-context";
import { isAnyTabSeen, showWhetherSeen, standForLead, useLeader } from "./leader";
import { useLineSettings } from "./line-settings";
import { ringBriefly, startRinging, stopRinging } from "./ringer";
import { keepNotices, showNotice } from "./system-notices";
import { useUnlock } from "./use-unlock";

/** What a ringing phone causes beside the card: a sound, a message of the system. In one tab only. */
export function LineEffects() {
  const { id } = useMe();
  useEffect(() => standForLead(id), [id]);
  useEffect(() => showWhetherSeen(id), [id]);
  useUnlock();
  useRing();
  useNotices(id);
  return null;
}

/** Calls that ring here and that nobody has looked at in any tab. Without a server nobody knows whether they still do. */
function useUnheeded() {
  const calls = useLive((live) => (live.lostAt === null ? live.calls.calls : NONE));
  const choices = usePopupChoices();
  return calls.filter(
    (live) =>
      live.isRingingHere && !choices.dismissed.includes(live.id) && !wasOpened(choices, live.id),
  );
}
const NONE: ReturnType<typeof useLive.getState>["calls"]["calls"] = [];

function useRing(): void {
  const isLeader = useLeader((leader) => leader.isLeader);
  const { hasSound, volume } = useLineSettings();
  const isTalking = useLive((live) => currentTalk(live.calls) !== null);
  const unheeded = useUnheeded();
  const ids = unheeded.map((live) => live.id).join();
  const isOn = isLeader && hasSound && volume > 0 && ids !== "";
  const told = useRef("");
  useEffect(() => {
    if (!isOn || isTalking) stopRinging();
    else startRinging(volume);
    if (isOn && isTalking && told.current !== ids) ringBriefly(volume); // nobody talks over a ring
    told.current = ids;
  }, [isOn, isTalking, volume, ids]);
  useEffect(() => stopRinging, []);
}

function useNotices(userId: string): void {
  const { t } = useLingui();
  const isLeader = useLeader((leader) => leader.isLeader);
  const hasNotices = useLineSettings((settings) => settings.hasNotices);
  const unheeded = useUnheeded();
  const openCard = useOpenCard();
  const said = useRef(new Set<string>());
  const latest = useRef({ openCard, unheeded });
  latest.current = { openCard, unheeded };
  const isOn = isLeader && hasNotices;
  useEffect(() => {
    keepNotices(isOn ? unheeded.map((live) => live.id) : []);
    if (!isOn) return;
    for (const live of unheeded) {
      if (said.current.has(live.id)) continue;
      said.current.add(live.id);
      const words = {
        title: t`Входящий звонок`,
        body: t`Откройте Allo, чтобы увидеть, кто звонит`,
      };
      void isAnyTabSeen(userId).then((isSeen) => {
        const stillRings = latest.current.unheeded.some((one) => one.id === live.id);
        if (!isSeen && stillRings) showNotice(live.id, words, () => latest.current.openCard(live));
      });
    }
  }, [isOn, unheeded, userId, t]);
}
