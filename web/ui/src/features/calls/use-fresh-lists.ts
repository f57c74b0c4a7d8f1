import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLive } from "./live-store";

/** The writer follows the call by some milliseconds; then the lists have it. */
const WRITTEN_MS = 400;

/** When a call ends or gets its client, and when the connection is back, what was read before is old. */
export function useFreshLists(): void {
  const queries = useQueryClient();
  const stamp = useLive(
    ({ calls, lostAt }) =>
      `${lostAt === null} ${calls.endedIds.length} ${calls.endedIds.at(-1)} ${calls.calls
        .map((live) => `${live.id}${live.call.client?.id}${live.call.status}`)
        .join()}`,
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp is the news itself
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const key of ["client", "timeline", "my-day", "number-calls", "call"]) {
        void queries.invalidateQueries({ queryKey: [key] });
      }
    }, WRITTEN_MS);
    return () => clearTimeout(timer);
  }, [stamp, queries]);
}
