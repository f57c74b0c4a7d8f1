import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { createTheme, MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { SessionGate } from "@/features/session/session-gate";
import { isAway } from "@/lib/problem";
import { router } from "./router";
import { useTheme } from "./theme";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => isAway(error) && count < 3,
      networkMode: "always", // an office server may be reachable while the internet is not
    },
    mutations: { networkMode: "always" },
  },
});

const kit = createTheme({
  fontFamily: "var(--font)",
  focusRing: "auto",
  cursorType: "pointer",
  respectReducedMotion: true,
});

/** Everything that stands round the pages. The kit makes no style elements: the policy would refuse them. */
export function App() {
  const scheme = useTheme((theme) => theme.scheme);
  return (
    <I18nProvider i18n={i18n}>
      <MantineProvider
        theme={kit}
        forceColorScheme={scheme}
        withCssVariables={false}
        withGlobalClasses={false}
      >
        <QueryClientProvider client={queries}>
          <SessionGate>
            <RouterProvider router={router} />
          </SessionGate>
        </QueryClientProvider>
      </MantineProvider>
    </I18nProvider>
  );
}
