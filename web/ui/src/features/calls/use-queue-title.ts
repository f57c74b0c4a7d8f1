import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "@/lib/api";
import type { Call } from "@/lib/wire";

export const QUEUE_TITLES_KEY = ["queue-titles"] as const;

const fetchTitles = async () => (await answerOf(api.GET("/api/queue-titles"))).items;

/** How people call the queue of a call; the PBX's own name until somebody has given it a title. */
export function useQueueTitle(call: Pick<Call, "pbx" | "queue">): string | null {
  const titles = useQuery({
    queryKey: QUEUE_TITLES_KEY,
    queryFn: fetchTitles,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: call.queue !== null,
  });
  const told = titles.data?.find(({ pbx, name }) => pbx === call.pbx && name === call.queue);
  return told?.title || call.queue;
}
