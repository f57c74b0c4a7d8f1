// What was typed about an unknown caller, by call: the popup and the call's page show the same words.
import { create } from "zustand";

export type QuickDraft = { name: string; company: string };

const EMPTY: QuickDraft = { name: "", company: "" };

export const useQuickDrafts = create<{ drafts: Readonly<Record<string, QuickDraft>> }>(() => ({
  drafts: {},
}));

export const draftOf = (drafts: Readonly<Record<string, QuickDraft>>, callId: string): QuickDraft =>
  drafts[callId] ?? EMPTY;

export function changeDraft(callId: string, change: Partial<QuickDraft>): void {
  useQuickDrafts.setState(({ drafts }) => ({
    drafts: { ...drafts, [callId]: { ...draftOf(drafts, callId), ...change } },
  }));
}

export function dropDraft(callId: string): void {
  useQuickDrafts.setState(({ drafts: { [callId]: _, ...rest } }) => ({ drafts: rest }));
}

/** Calls with something typed about them: their cards stay until it is saved or cleared. */
export const typedAbout = (drafts: Readonly<Record<string, QuickDraft>>): readonly string[] =>
  Object.keys(drafts).filter((id) => drafts[id]?.name || drafts[id]?.company);
