import type { Call } from "@/lib/wire";
import { clientOf } from "./call-names";
import { isTalkOf } from "./calls-state";
import { LiveItem, type LivePhase } from "./live-item";
import { useLive } from "./live-store";
import { useWrapUp } from "./wrap-up";

type Shown = { call: Call; phase: LivePhase };

/** The calls of this client, or this one call, that are on now or wait to be written up. */
export function useLiveItems(of: { clientId?: string; callId?: string }): readonly Shown[] {
  const state = useLive((live) => live.calls);
  const wrapUp = useWrapUp((store) => store.calls);
  const isMeant = (id: string, clientId: string | undefined) =>
    id === of.callId || (of.clientId !== undefined && clientId === of.clientId);
  const live = state.calls.flatMap((one): Shown[] => {
    if (one.ending || !isMeant(one.id, clientOf(one)?.id)) return [];
    if (isTalkOf(one.call, state.me)) return [{ call: one.call, phase: "talk" }];
    return one.isRingingHere ? [{ call: one.call, phase: "ringing" }] : [];
  });
  const over = wrapUp
    .filter((call) => isMeant(call.id, call.client?.id))
    .filter((call) => !live.some((one) => one.call.id === call.id))
    .map((call): Shown => ({ call, phase: "wrap_up" }));
  return [...live, ...over.toReversed()];
}

/** They stand on top of the history. The digits belong to the first that takes them. */
export function LiveItems(of: { clientId?: string; callId?: string }) {
  const items = useLiveItems(of);
  const withKeys = items.find((item) => item.phase !== "ringing");
  return items.map((item) => (
    <LiveItem key={item.call.id} call={item.call} phase={item.phase} hasKeys={item === withKeys} />
  ));
}
