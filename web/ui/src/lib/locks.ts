// Locks between the tabs of a browser. A page without https has none: then there is one tab as far as it knows.

const locks = (): LockManager | undefined => globalThis.navigator?.locks;

/** A tab that hangs must not hold the others up for ever. */
const TURN_MS = 10_000;

/** Do `work` while no other tab does what goes by this name. */
export async function alone(name: string, work: () => Promise<void>): Promise<void> {
  const manager = locks();
  if (!manager) return await work();
  let isDone = false;
  const turn = async () => {
    isDone = true;
    await work();
  };
  const wait = new AbortController();
  const timer = setTimeout(() => wait.abort(), TURN_MS);
  try {
    await manager.request(name, { signal: wait.signal }, async () => {
      clearTimeout(timer);
      await turn();
    });
  } catch {
    if (!isDone) await turn(); // there was no turn to be had
  } finally {
    clearTimeout(timer);
  }
}

/** Hold a lock from the moment it is free until the returned function is called. */
export function holdLock(
  name: string,
  onHeld: () => void,
  mode: LockMode = "exclusive",
): () => void {
  const manager = locks();
  if (!manager) return () => undefined;
  const waiting = new AbortController();
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  manager
    .request(name, { mode, signal: waiting.signal }, async () => {
      if (waiting.signal.aborted) return;
      onHeld();
      await held;
    })
    .catch(() => undefined); // given up while it waited
  return () => {
    waiting.abort();
    release();
  };
}

/** Whether any tab holds a lock of this name now. */
export async function isHeldAnywhere(name: string): Promise<boolean> {
  const found = await locks()?.query();
  return found?.held?.some((lock) => lock.name === name) ?? false;
}

export const hasLocks = (): boolean => locks() !== undefined;
