import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { speak } from "@/app/i18n";
import { setTheme } from "@/app/theme";
import { whenSignedOut } from "@/lib/api";
import { rememberServerVersion } from "./server-version";
import { fetchSession, SESSION_KEY } from "./session-api";
import { SessionContext } from "./session-context";

// Whoever is logged in loads none of these.
const LoginPage = lazy(async () => ({ default: (await import("./login-page")).LoginPage }));
const FirstPasswordPage = lazy(async () => ({
  default: (await import("./first-password-page")).FirstPasswordPage,
}));
const FirstRunPage = lazy(async () => ({
  default: (await import("@/features/setup/first-run-page")).FirstRunPage,
}));

/** The door: the page asked for stays in the address while somebody logs in, and is shown after. */
export function SessionGate({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const session = useQuery({
    queryKey: SESSION_KEY,
    queryFn: fetchSession,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const user = session.data?.user;
  const version = session.data?.server.version;

  useEffect(() => whenSignedOut(() => queries.setQueryData(SESSION_KEY, null)), [queries]);
  useEffect(() => {
    if (!user) return;
    setTheme(user.theme);
    void speak(user.language);
  }, [user]);

  useEffect(() => {
    if (version) rememberServerVersion(version);
  }, [version]);

  if (session.isPending) return null;
  if (!session.data || session.data.user.must_change_password)
    return (
      <Suspense>
        {session.data ? (
          <FirstPasswordPage session={session.data} />
        ) : window.location.pathname === "/setup" ? (
          <FirstRunPage />
        ) : (
          <LoginPage isServerAway={session.isError} />
        )}
      </Suspense>
    );
  return (
    <SessionContext key={session.data.user.id} value={session.data}>
      {children}
    </SessionContext>
  );
}
