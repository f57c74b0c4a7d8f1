import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { isConflict } from "@/lib/problem";
import type { Client, ClientChange } from "@/lib/wire";
import { changeClient, clientKey, fetchClient } from "./clients-api";

export type Conflict = {
  /** What was to be saved here. */
  mine: ClientChange;
  /** The client as somebody else has saved it meanwhile. */
  theirs: Client;
};

/** Saves one field after another, each over the version that is there; two people at once are asked, not overwritten. */
export function useChangeClient(id: string) {
  const queries = useQueryClient();
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const saving = useMutation({
    scope: { id: `client-${id}` },
    mutationFn: (change: ClientChange) => {
      const version = queries.getQueryData<Client>(clientKey(id))?.version ?? 0;
      return changeClient(id, version, change);
    },
    onSuccess: (client) => {
      queries.setQueryData(clientKey(id), client);
      setConflict(null);
      void queries.invalidateQueries({ queryKey: ["clients"] });
      void queries.invalidateQueries({ queryKey: ["timeline", id] });
    },
    onError: async (error, mine) => {
      if (!isConflict(error)) return;
      const theirs = await queries.fetchQuery({
        queryKey: clientKey(id),
        queryFn: () => fetchClient(id),
        staleTime: 0,
      });
      setConflict({ mine, theirs });
    },
  });
  const settle = (choice: "mine" | "theirs") => {
    if (choice === "mine" && conflict) saving.mutate(conflict.mine);
    setConflict(null);
  };
  const failure = saving.isError && !isConflict(saving.error);
  return { save: saving.mutate, conflict, settle, failure };
}
