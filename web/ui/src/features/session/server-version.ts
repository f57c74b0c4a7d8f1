// The server tells its version only to those it knows: a machine that was logged in remembers it.
import { readStored, store } from "@/lib/storage";

const STORED = "allo.server-version";

export const rememberServerVersion = (version: string): void => {
  store(STORED, version);
};

/** The version of the last session on this machine; null on a new one. */
export const lastServerVersion = (): string | null => readStored<string>(STORED);
