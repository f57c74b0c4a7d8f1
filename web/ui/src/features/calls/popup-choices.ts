// What this person did with the cards: kept on the machine, so that every tab shows the same.
import { create } from "zustand";
import { readStored, store } from "@/lib/storage";

const DISMISSED = "allo.dismissed-cards";
const OPENED = "allo.opened-cards";
const REMEMBERED = 100;
const THIS_TAB = `${Date.now()}-${Math.random()}`;

type Opened = { callId: string; tab: string };

type PopupChoices = {
  dismissed: readonly string[];
  folded: readonly string[];
  /** Cards that were opened, and in which tab last. */
  opened: readonly Opened[];
};

const dismissedBefore = (): readonly string[] => readStored<string[]>(DISMISSED) ?? [];
const openedBefore = (): readonly Opened[] => readStored<Opened[]>(OPENED) ?? [];

export const usePopupChoices = create<PopupChoices>(() => ({
  dismissed: dismissedBefore(),
  folded: [],
  opened: openedBefore(),
}));

/** Hide the card of a call. It never returns for that call. */
export function dismissCard(callId: string): void {
  const before = dismissedBefore();
  const dismissed = [...before.filter((id) => id !== callId), callId].slice(-REMEMBERED);
  store(DISMISSED, dismissed);
  usePopupChoices.setState({ dismissed });
}

/** The caller's card stands open in this tab. */
export function noteOpened(callId: string): void {
  const before = openedBefore().filter((one) => one.callId !== callId);
  const opened = [...before, { callId, tab: THIS_TAB }].slice(-REMEMBERED);
  store(OPENED, opened);
  usePopupChoices.setState({ opened });
}

export const wasOpened = (choices: PopupChoices, callId: string): boolean =>
  choices.opened.some((one) => one.callId === callId);

export const isOpenedElsewhere = (choices: PopupChoices, callId: string): boolean =>
  choices.opened.some((one) => one.callId === callId && one.tab !== THIS_TAB);

export function foldCard(callId: string): void {
  usePopupChoices.setState(({ folded }) => ({ folded: [...folded, callId] }));
}

/** Make a one-line card the full one; the others fold. */
export function unfoldCard(callId: string, others: readonly string[]): void {
  usePopupChoices.setState({ folded: others.filter((id) => id !== callId) });
}

globalThis.addEventListener?.("storage", (event) => {
  if (event.key === DISMISSED) usePopupChoices.setState({ dismissed: dismissedBefore() });
  if (event.key === OPENED) usePopupChoices.setState({ opened: openedBefore() });
});
