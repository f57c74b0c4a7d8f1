// The time as the server sees it, ticking once a second for everything that counts.
import { useSyncExternalStore } from "react";

let offsetMs = 0;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** Learn how far this machine's clock is from the server's. */
export function setServerTime(at: string): void {
  const parsed = Date.parse(at);
  if (Number.isFinite(parsed)) offsetMs = parsed - Date.now();
}

export const serverNow = (): number => Date.now() + offsetMs;

function tick(): void {
  now = serverNow();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    now = serverNow();
    timer = setInterval(tick, 1000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** Now, in milliseconds; the component is drawn again each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => {
    // Between ticks the value must stay the same, but a first reader must not get an old one.
    if (Math.abs(serverNow() - now) > 1500) now = serverNow();
    return now;
  });
}

/** Whole seconds from `since` to now, never negative. */
export const secondsSince = (since: string, nowMs: number): number =>
  Math.max(0, Math.floor((nowMs - Date.parse(since)) / 1000));
