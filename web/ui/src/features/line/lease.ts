// Who leads among the tabs where the browser has no locks: a name in the common store, renewed while its tab lives.
import { forget, readStored, store } from "@/lib/storage";

type Lease = { tab: string; until: number };

const RENEW_MS = 1000;
const LASTS_MS = 3000;

/** Stand for the lease until the returned function is called. `onChange` hears whether it is ours. */
export function standForLease(key: string, onChange: (isOurs: boolean) => void): () => void {
  const tab = `${Date.now()}-${Math.random()}`;
  let isOurs = false;
  const look = () => {
    const lease = readStored<Lease>(key);
    const isFree = !lease || lease.tab === tab || lease.until < Date.now();
    if (isFree) store(key, { tab, until: Date.now() + LASTS_MS } satisfies Lease);
    if (isFree !== isOurs) {
      isOurs = isFree;
      onChange(isOurs);
    }
  };
  const onStorage = (event: StorageEvent) => {
    if (event.key === key) look();
  };
  const leave = () => {
    if (readStored<Lease>(key)?.tab === tab) forget(key);
  };
  look();
  const timer = setInterval(look, RENEW_MS);
  globalThis.addEventListener("storage", onStorage);
  globalThis.addEventListener("pagehide", leave);
  return () => {
    clearInterval(timer);
    globalThis.removeEventListener("storage", onStorage);
    globalThis.removeEventListener("pagehide", leave);
    leave();
    if (isOurs) onChange(false);
  };
}
