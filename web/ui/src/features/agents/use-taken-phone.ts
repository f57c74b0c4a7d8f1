import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { SESSION_KEY } from "@/features/session/session-api";
import { DESKS_KEY } from "./agents-api";
import { useLine } from "./line-store";

/** Whether somebody has just taken over my phone; where I sit is then asked again. */
export function useTakenPhone() {
  const queries = useQueryClient();
  const taken = useLine((store) => store.taken);
  useEffect(() => {
    if (!taken) return;
    for (const queryKey of [SESSION_KEY, DESKS_KEY]) void queries.invalidateQueries({ queryKey });
  }, [taken, queries]);
  return taken;
}
