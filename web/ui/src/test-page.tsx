// A page for tests: one component where the pages are, and all that it stands in.
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import { act, render } from "@testing-library/react";
import type { ReactNode } from "react";
import { SessionContext } from "@/features/session/session-context";
import type { Session } from "@/lib/wire";

export const session: Session = {
  user: {
    id: "user-me",
    login: "krylova",
    name: "Мария Крылова",
    role: "agent",
    team: null,
    extensions: [{ pbx: "main", extension: "102" }],
    language: "ru",
    has_own_language: false,
    has_own_time_zone: false,
    theme: "light",
    time_zone: "Asia/Yekaterinburg",
    must_change_password: false,
  },
  push_url: "ws://localhost/push",
  server: { version: "0.1.0", is_demo: false },
};

/** Show `content` on every address; gives where the page has gone since. */
export async function showPage(content: ReactNode) {
  const root = createRootRoute({
    component: () => (
      <>
        <Outlet />
        {content}
      </>
    ),
  });
  const paths = ["/", "/clients", "/clients/$clientId", "/calls/$callId", "/profile"];
  const routes = paths.map((path) =>
    createRoute({ getParentRoute: () => root, path, component: () => null }),
  );
  const router = createRouter({
    routeTree: root.addChildren(routes),
    history: createMemoryHistory(),
  });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <I18nProvider i18n={i18n}>
      <MantineProvider withCssVariables={false} withGlobalClasses={false}>
        <QueryClientProvider client={queries}>
          <SessionContext value={session}>
            {/* biome-ignore lint/suspicious/noExplicitAny: the test's routes are not the app's */}
            <RouterProvider router={router as any} />
          </SessionContext>
        </QueryClientProvider>
      </MantineProvider>
    </I18nProvider>,
  );
  await act(() => router.load());
  return { path: () => router.state.location.pathname };
}
