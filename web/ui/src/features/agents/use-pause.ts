import { useMutation } from "@tanstack/react-query";
import { useMe } from "@/features/session/session-context";
import { endPause, pauseAgent } from "./agents-api";
import { lineIs } from "./line-store";

/** Pause somebody for a reason; null: ready. What the server answers of me is my line at once. */
export function usePause(agentId: string) {
  const me = useMe();
  return useMutation({
    mutationFn: (reason: string | null) =>
      reason === null ? endPause(agentId) : pauseAgent(agentId, reason),
    onSuccess: (line) => {
      if (agentId === me.id) lineIs(line);
    },
  });
}
