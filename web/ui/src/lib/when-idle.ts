/** Fetch something for later, once the page has nothing better to do; a failure is tried again when it is needed. */
export function whenIdle(load: () => Promise<unknown>): void {
  const fetchIt = () => void load().catch(() => undefined);
  if ("requestIdleCallback" in window) window.requestIdleCallback(fetchIt, { timeout: 5000 });
  else setTimeout(fetchIt, 2000);
}
