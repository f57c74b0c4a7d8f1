import { useEffect, useRef } from "react";
import { isSomethingUnsaved } from "@/lib/unsaved";
import { currentTalk } from "./calls-state";
import { useLive } from "./live-store";
import { useOpenCard } from "./use-open-card";

/** I answered: the card opens by itself, unless something is being written on this page. */
export function useAutoOpen(): void {
  const openCard = useOpenCard();
  const open = useRef(openCard);
  open.current = openCard;
  useEffect(
    () =>
      useLive.subscribe(({ calls }, before) => {
        // A talk found by the first snapshot is no news: after a reload the reader is where they want to be.
        if (before.calls.seq === null || calls === before.calls) return;
        const talk = currentTalk(calls);
        if (!talk || talk.id === currentTalk(before.calls)?.id) return;
        if (talk.call.direction === "internal") return; // a colleague has no card
        if (document.visibilityState === "visible" && !isSomethingUnsaved()) open.current(talk);
      }),
    [],
  );
}
