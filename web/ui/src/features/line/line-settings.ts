// How this machine calls its person: kept in its browser, since a sound and a permission belong to a machine.
import { create } from "zustand";
import { readStored, store } from "@/lib/storage";

const STORED = "allo.line";

export type LineSettings = {
  hasSound: boolean;
  /** 0 to 100. */
  volume: number;
  /** Somebody asked for messages of the system here. Without that there are none. */
  hasNotices: boolean;
};

const USUAL: LineSettings = { hasSound: true, volume: 60, hasNotices: false };

const stored = (): LineSettings => ({ ...USUAL, ...readStored<Partial<LineSettings>>(STORED) });

export const useLineSettings = create<LineSettings>(stored);

export function changeLine(change: Partial<LineSettings>): void {
  const next = { ...useLineSettings.getState(), ...change };
  useLineSettings.setState(next);
  store(STORED, next);
}

globalThis.addEventListener?.("storage", (event) => {
  if (event.key === STORED) useLineSettings.setState(stored());
});
