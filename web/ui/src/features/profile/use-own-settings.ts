import { useMutation, useQueryClient } from "@tanstack/react-query";
import { changeOwnSettings, SESSION_KEY } from "@/features/session/session-api";
import type { Session } from "@/lib/wire";

/** Change my settings: kept on the server, so that they are the same on every machine. */
export function useOwnSettings() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: changeOwnSettings,
    onSuccess: (user) =>
      queries.setQueryData<Session | null>(SESSION_KEY, (session) =>
        session ? { ...session, user } : session,
      ),
  });
}
