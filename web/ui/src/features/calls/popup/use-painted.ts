import { useEffect } from "react";
import { acknowledge } from "../live-store";

const acknowledged = new Set<string>();

const isSeen = () => document.visibilityState === "visible";

/** Tell the server that the card is really on the glass: two frames later, on a page that can be seen. */
export function usePainted(callId: string, seq: number, isOn: boolean): void {
  useEffect(() => {
    if (!isOn || acknowledged.has(callId)) return;
    let frame = 0;
    const tell = () => {
      // Turned away meanwhile: then it is told when somebody looks again.
      if (!isSeen() || acknowledged.has(callId)) return;
      if (acknowledge({ type: "painted", call_id: callId, seq })) acknowledged.add(callId);
    };
    const begin = () => {
      if (!isSeen() || acknowledged.has(callId)) return;
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        frame = requestAnimationFrame(tell);
      });
    };
    begin();
    document.addEventListener("visibilitychange", begin);
    return () => {
      document.removeEventListener("visibilitychange", begin);
      cancelAnimationFrame(frame);
    };
  }, [callId, seq, isOn]);
}
