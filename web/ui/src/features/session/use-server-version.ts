import { useQuery } from "@tanstack/react-query";

/** The server's version, where it tells strangers; null else. */
export function useServerVersion(): string | null {
  const { data } = useQuery({
    queryKey: ["server-version"],
    queryFn: async () => {
      const response = await fetch("/healthz");
      if (!response.ok || !response.headers.get("Content-Type")?.includes("json")) return null;
      const health: unknown = await response.json();
      const version = (health as { version?: unknown } | null)?.version;
      return typeof version === "string" ? version : null;
    },
    retry: false,
  });
  return data ?? null;
}
