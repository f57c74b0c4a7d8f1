import { useEffect } from "react";
import type { LiveCall } from "../calls-state";
import { dispatch } from "../live-store";

const STAYS_MS = { elsewhere: 1500, gone: 1500, missed: 10_000 };

/** An ending is shown for its time, then the card goes. The time stands still while somebody is at it. */
export function useFarewell(live: LiveCall, isHeld: boolean): void {
  const { id } = live;
  const kind = live.ending?.kind;
  useEffect(() => {
    if (!kind || (isHeld && kind === "missed")) return;
    const leave = () => dispatch({ type: "local.forgotten", call_id: id });
    const timer = setTimeout(leave, STAYS_MS[kind]);
    return () => clearTimeout(timer);
  }, [id, kind, isHeld]);
}
