import { useEffect } from "react";
import { acknowledge } from "../live-store";

const acknowledged = new Set<string>();

/** Tell the server that the card is really on the glass: two frames later, on a page that can be seen. */
export function usePainted(callId: string, seq: number, isOn: boolean): void {
  useEffect(() => {
    if (!isOn || acknowledged.has(callId)) return;
    let frame = 0;
    const begin = () => {
      if (document.visibilityState !== "visible" || acknowledged.has(callId)) return;
      frame = requestAnimationFrame(() => {
        frame = requestAnimationFrame(() => {
          acknowledged.add(callId);
          acknowledge({ type: "painted", call_id: callId, seq });
        });
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
