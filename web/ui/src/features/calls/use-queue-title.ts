import { useQuery } from "@tanstack/react-query";
import { answerOf, api } from "@/lib/api";
import type { Call } from "@/lib/wire";

export const QUEUE_TITLES_KEY = ["queue-titles"] as const;

const fetchTitles = async () => (await answerOf(api.GET("/api/queue-titles"))).items;

type Place = Pick<Call, "pbx" | "queue">;

const useQueues = (isOn = true) =>
  useQuery({
    queryKey: QUEUE_TITLES_KEY,
    queryFn: fetchTitles,
    staleTime: 300_000,
    enabled: isOn,
  });

function useQueueOf(call: Place) {
  const { data } = useQueues(call.queue !== null);
  return data?.find(({ pbx, name }) => pbx === call.pbx && name === call.queue);
}

/** How people call the queue of a call; the PBX's own name until somebody has given it a title. */
export function useQueueTitle(call: Place): string | null {
  return useQueueOf(call)?.title || call.queue;
}

/** The same for many: whoever shows a list asks once. */
export function useQueueTitles(): (pbx: string, name: string) => string {
  const { data } = useQueues();
  return (pbx, name) => data?.find((one) => one.pbx === pbx && one.name === name)?.title || name;
}

/** Whether the call's queue wants a result of every talk that was held. */
export function useIsResultDemanded(call: Place & Pick<Call, "answered_at">): boolean {
  const queue = useQueueOf(call);
  return call.answered_at !== null && queue?.is_disposition_required === true;
}
