import { useMutation, useQueryClient } from "@tanstack/react-query";
import { placeCall } from "@/features/calling/calling-api";
import { Problem } from "@/lib/problem";
import type { MissedCall } from "@/lib/wire";
import { claimMissedCall, MISSED_KEY } from "./missed-calls-api";

/** `placed`: the own phone rings. `dial`: there is no phone of one's own to ring. */
export type CallBack = { id: string; way: "placed" | "dial"; number: string };

const hasNoPhone = (error: unknown): boolean =>
  error instanceof Problem && error.code === "no_phone";

async function callBack(missed: MissedCall): Promise<CallBack> {
  // First the claim: whoever loses the race is told before any phone rings.
  const claimed = await claimMissedCall(missed.id);
  const number = claimed.number ?? missed.number ?? "";
  const body = { number, client_id: claimed.client?.id ?? null, missed_call_id: missed.id };
  try {
    await placeCall(body, crypto.randomUUID());
    return { id: missed.id, way: "placed", number };
  } catch (error) {
    if (hasNoPhone(error)) return { id: missed.id, way: "dial", number };
    throw error;
  }
}

/** One press: nobody else rings this person meanwhile, and the call is on its way. */
export function useCallBack() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: callBack,
    onSettled: () => void queries.invalidateQueries({ queryKey: MISSED_KEY }),
  });
}
