import { useQuery } from "@tanstack/react-query";
import { fetchColleagues } from "./session-api";

/** Our people's names by their ids. */
export function useColleagues(): ReadonlyMap<string, string> {
  const users = useQuery({ queryKey: ["users"], queryFn: fetchColleagues, staleTime: 300_000 });
  return new Map((users.data ?? []).map(({ id, name }) => [id, name]));
}
