import { createContext, useContext } from "react";
import type { Session, User } from "@/lib/wire";

export const SessionContext = createContext<Session | null>(null);

/** The session of whoever is logged in. Only for what stands behind the door. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("used outside a session");
  return session;
}

export const useMe = (): User => useSession().user;

/** The reader's time zone; the machine's while nobody is logged in. */
export function useZone(): string {
  const session = useContext(SessionContext);
  return session?.user.time_zone || Intl.DateTimeFormat().resolvedOptions().timeZone;
}
