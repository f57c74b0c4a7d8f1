import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { clientOf } from "./call-names";
import type { LiveCall } from "./calls-state";
import { noteOpened } from "./popup-choices";

/** Go to the caller's card; a caller without one has the page of the call. */
export function useOpenCard(): (live: LiveCall) => void {
  const navigate = useNavigate();
  return useCallback(
    (live) => {
      noteOpened(live.id);
      const client = clientOf(live);
      if (client) void navigate({ to: "/clients/$clientId", params: { clientId: client.id } });
      else void navigate({ to: "/calls/$callId", params: { callId: live.id } });
    },
    [navigate],
  );
}
