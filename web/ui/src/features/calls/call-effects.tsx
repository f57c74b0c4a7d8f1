import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { SESSION_KEY } from "@/features/session/session-api";
import { useSession } from "@/features/session/session-context";
import { joinTabs } from "@/lib/tabs";
import { followTabs } from "./call-changes";
import { fetchCall } from "./calls-api";
import { listen } from "./live-store";
import { useAutoOpen } from "./use-auto-open";
import { useFinishedCalls } from "./use-finished-calls";
import { useFreshLists } from "./use-fresh-lists";
import { loadWrapUp, renewWrapUp, useWrapUp } from "./wrap-up";

/** What the live calls cause on this page: listening, opening cards, wrapping up. Draws nothing. */
export function CallEffects() {
  const { user, push_url: pushUrl } = useSession();
  const queries = useQueryClient();
  useEffect(() => {
    loadWrapUp(user.id);
    for (const call of useWrapUp.getState().calls) {
      void fetchCall(call.id).then(renewWrapUp, () => undefined); // it is shown as it was kept
    }
    return listen(pushUrl, user.id, () => queries.setQueryData(SESSION_KEY, null));
  }, [user.id, pushUrl, queries]);
  useEffect(() => {
    const leave = [joinTabs(user.id), followTabs(queries)];
    return () => {
      for (const end of leave) end();
    };
  }, [user.id, queries]);
  useFinishedCalls();
  useAutoOpen();
  useFreshLists();
  return null;
}
