// What this person did with the cards: kept on the machine, so that every tab shows the same.
import { create } from "zustand";
import { readStored, store } from "@/lib/storage";

const STORED = "allo.dismissed-cards";
const REMEMBERED = 100;

type PopupChoices = { dismissed: readonly string[]; folded: readonly string[] };

const stored = (): readonly string[] => readStored<string[]>(STORED) ?? [];

export const usePopupChoices = create<PopupChoices>(() => ({ dismissed: stored(), folded: [] }));

/** Hide the card of a call. It never returns for that call. */
export function dismissCard(callId: string): void {
  const dismissed = [...stored().filter((id) => id !== callId), callId].slice(-REMEMBERED);
  store(STORED, dismissed);
  usePopupChoices.setState({ dismissed });
}

export function foldCard(callId: string): void {
  usePopupChoices.setState(({ folded }) => ({ folded: [...folded, callId] }));
}

/** Make a one-line card the full one; the others fold. */
export function unfoldCard(callId: string, others: readonly string[]): void {
  usePopupChoices.setState({ folded: others.filter((id) => id !== callId) });
}

globalThis.addEventListener?.("storage", (event) => {
  if (event.key === STORED) usePopupChoices.setState({ dismissed: stored() });
});
