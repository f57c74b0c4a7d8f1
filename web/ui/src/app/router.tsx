import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { readJournalSearch } from "@/features/journal/journal-search";
import { NotFound } from "./not-found";
import { Shell } from "./shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const desk = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/desk/desk-page"), "DeskPage"),
});

export type ClientsSearch = { q?: string | undefined };

const clients = createRoute({
  getParentRoute: () => root,
  path: "/clients",
  validateSearch: (search: Record<string, unknown>): ClientsSearch => ({
    // A number typed as a search comes out of the address as a number.
    q: typeof search.q === "string" || typeof search.q === "number" ? String(search.q) : undefined,
  }),
  component: lazyRouteComponent(() => import("@/features/clients/clients-page"), "ClientsPage"),
});

const client = createRoute({
  getParentRoute: () => root,
  path: "/clients/$clientId",
  component: lazyRouteComponent(() => import("@/features/clients/client-page"), "ClientPage"),
});

export type DealsSearch = { view?: "board" | "list" | undefined; pipeline?: string | undefined };

const deals = createRoute({
  getParentRoute: () => root,
  path: "/deals",
  validateSearch: (search: Record<string, unknown>): DealsSearch => ({
    view: search.view === "list" || search.view === "board" ? search.view : undefined,
    pipeline: typeof search.pipeline === "string" ? search.pipeline : undefined,
  }),
  component: lazyRouteComponent(() => import("@/features/deals/deals-page"), "DealsPage"),
});

const deal = createRoute({
  getParentRoute: () => root,
  path: "/deals/$dealId",
  component: lazyRouteComponent(() => import("@/features/deals/deal-page"), "DealPage"),
});

const tasks = createRoute({
  getParentRoute: () => root,
  path: "/tasks",
  component: lazyRouteComponent(() => import("@/features/tasks/tasks-page"), "TasksPage"),
});

const missedCalls = createRoute({
  getParentRoute: () => root,
  path: "/missed-calls",
  component: lazyRouteComponent(
    () => import("@/features/missed-calls/missed-calls-page"),
    "MissedCallsPage",
  ),
});

const journal = createRoute({
  getParentRoute: () => root,
  path: "/journal",
  validateSearch: readJournalSearch,
  component: lazyRouteComponent(() => import("@/features/journal/journal-page"), "JournalPage"),
});

const board = createRoute({
  getParentRoute: () => root,
  path: "/board",
  component: lazyRouteComponent(() => import("@/features/board/board-page"), "BoardPage"),
});

const call = createRoute({
  getParentRoute: () => root,
  path: "/calls/$callId",
  component: lazyRouteComponent(() => import("@/features/calls/call-page"), "CallPage"),
});

const trace = createRoute({
  getParentRoute: () => root,
  path: "/calls/$callId/trace",
  component: lazyRouteComponent(() => import("@/features/trace/trace-page"), "TracePage"),
});

const profile = createRoute({
  getParentRoute: () => root,
  path: "/profile",
  component: lazyRouteComponent(() => import("@/features/profile/profile-page"), "ProfilePage"),
});

export type SetupSearch = { step?: string | undefined };

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  validateSearch: (search: Record<string, unknown>): SetupSearch => ({
    step: typeof search.step === "string" ? search.step : undefined,
  }),
  component: lazyRouteComponent(() => import("@/features/setup/setup-page"), "SetupPage"),
});

const loadSettings = () => import("@/features/settings/settings-page");

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyRouteComponent(loadSettings, "SettingsPage"),
});

const settingsSection = createRoute({
  getParentRoute: () => root,
  path: "/settings/$section",
  component: lazyRouteComponent(loadSettings, "SettingsPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    desk,
    clients,
    client,
    deals,
    deal,
    tasks,
    missedCalls,
    journal,
    board,
    call,
    trace,
    profile,
    setup,
    settings,
    settingsSection,
  ]),
  // The card's code is there before the first call is.
  defaultPreload: "intent",
  scrollRestoration: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
