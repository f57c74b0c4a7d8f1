import { useEffect } from "react";
import { fetchCall } from "./calls-api";
import { dispatch, useLive } from "./live-store";
import { beginWrapUp, renewWrapUp } from "./wrap-up";

/** A talk that is over moves from the live calls to wrap-up. */
export function useFinishedCalls(): void {
  const finished = useLive((live) => live.calls.finished);
  useEffect(() => {
    for (const call of finished) {
      beginWrapUp(call);
      dispatch({ type: "local.taken", call_id: call.id });
      if (call.status !== "ended") {
        // It ended while nobody listened, or goes on without me: the server knows how.
        void fetchCall(call.id).then(renewWrapUp, () => undefined);
      }
    }
  }, [finished]);
}
