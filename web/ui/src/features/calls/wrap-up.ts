// Talks that are over and not yet written up. Kept on the machine: a reload must not lose them.
import { create } from "zustand";
import { readStored, store } from "@/lib/storage";
import type { Call } from "@/lib/wire";

const LONGEST = 10;
const keyOf = (userId: string) => `allo.wrap-up.${userId}`;

type WrapUp = { userId: string; calls: readonly Call[] };

export const useWrapUp = create<WrapUp>(() => ({ userId: "", calls: [] }));

function keep(calls: readonly Call[]): void {
  const { userId } = useWrapUp.getState();
  useWrapUp.setState({ calls });
  store(keyOf(userId), calls);
}

export function loadWrapUp(userId: string): void {
  useWrapUp.setState({ userId, calls: readStored<Call[]>(keyOf(userId)) ?? [] });
}

/** A talk is over: its item stays open until it is finished. The newest is last. */
export function beginWrapUp(call: Call): void {
  const others = useWrapUp.getState().calls.filter((other) => other.id !== call.id);
  keep([...others, call].slice(-LONGEST));
}

/** The server knows more of a call that is being written up. */
export function renewWrapUp(call: Call): void {
  const { calls } = useWrapUp.getState();
  if (calls.some((other) => other.id === call.id)) {
    keep(calls.map((other) => (other.id === call.id ? call : other)));
  }
}

export function finishWrapUp(callId: string): void {
  keep(useWrapUp.getState().calls.filter((call) => call.id !== callId));
}

globalThis.addEventListener?.("storage", (event) => {
  const { userId } = useWrapUp.getState();
  if (userId && event.key === keyOf(userId)) loadWrapUp(userId);
});
