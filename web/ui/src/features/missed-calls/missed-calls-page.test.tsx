import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { hotKeys } from "@/lib/hot-keys";
import type { MissedCall } from "@/lib/wire";
import { session, showPage } from "@/test-page";
import { MissedCallsPage } from "./missed-calls-page";

const SINCE = new Date(Date.now() - 3 * 3600_000 - 5 * 60_000).toISOString();

const missed = (changes: Partial<MissedCall> = {}): MissedCall => ({
  id: "one",
  state: "outstanding",
  client: { id: "client", name: "Мария Крылова" },
  number: "+79161234567",
  since: SINCE,
  last_called_at: SINCE,
  waiting_seconds: 11_100,
  times_called: 3,
  times_tried: 1,
  deals: { count: 1, sums: [{ currency: "RUB", count: 1, amount_minor: 12_000_00 }] },
  assignee: null,
  team_id: null,
  task_id: "task",
  pbx: "main",
  queue: "sales",
  claim: null,
  settled: null,
  written_off: null,
  ...changes,
});

type Told = { method: string; path: string; body: unknown };
let asked: Told[] = [];
let answers: Record<string, { status: number; body: unknown }> = {};
let items: MissedCall[] = [];

beforeEach(() => {
  asked = [];
  items = [missed()];
  answers = {
    "POST /api/missed-calls/one/claim": { status: 200, body: missed() },
    "POST /api/missed-calls/one/write-off": { status: 200, body: missed() },
    "POST /api/calls": { status: 409, body: { code: "no_phone" } },
    "GET /api/missed-calls/summary": {
      status: 200,
      body: { opened: 5, settled: 3, written_off: 1, outstanding: 1 },
    },
    "GET /api/queue-titles": { status: 200, body: { items: [], next_cursor: null } },
  };
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const request = input as Request;
    const path = new URL(request.url).pathname;
    const text = await request.clone().text();
    asked.push({ method: request.method, path, body: text ? JSON.parse(text) : null });
    const list = { status: 200, body: { items, next_cursor: null } };
    const { status, body } = answers[`${request.method} ${path}`] ?? list;
    return new Response(JSON.stringify(body), {
      status,
      headers: { "Content-Type": "application/json" },
    });
  });
  document.addEventListener("keydown", hotKeys.handle);
});
afterEach(() => {
  document.removeEventListener("keydown", hotKeys.handle);
  vi.restoreAllMocks();
});

test("a row says who waits, since when, what is at stake and who is to ring back", async () => {
  await showPage(<MissedCallsPage />);

  const row = (await screen.findByText("Мария Крылова")).closest("tr") as HTMLElement;

  for (const text of ["+7 916 123-45-67", "3 ч 5 мин", "Любой из команды", "sales"])
    expect(within(row).getByText(text)).toBeTruthy();
  expect(row.textContent).toContain("12\u202f000\u202f₽");
  expect(screen.getByText("ждут 1")).toBeTruthy();
});

test("one press claims the caller, then dials; without a way to dial the number is shown", async () => {
  await showPage(<MissedCallsPage />);

  await userEvent.click(await screen.findByRole("button", { name: "Перезвонить: Мария Крылова" }));

  const link = await screen.findByRole("link", { name: "+7 916 123-45-67" });
  expect(link.getAttribute("href")).toBe("tel:+79161234567");
  expect(asked.filter((one) => one.method === "POST")).toEqual([
    { method: "POST", path: "/api/missed-calls/one/claim", body: null },
    {
      method: "POST",
      path: "/api/calls",
      body: { number: "+79161234567", client_id: "client", missed_call_id: "one" },
    },
  ]);
});

test("where the phone can be rung it is told to pick it up", async () => {
  answers["POST /api/calls"] = { status: 202, body: {} };
  await showPage(<MissedCallsPage />);

  await userEvent.click(await screen.findByRole("button", { name: /^Перезвонить/ }));

  expect(await screen.findByText("Звоним на +7 916 123-45-67: снимите трубку.")).toBeTruthy();
});

test("who comes second is told who was first, and no phone rings", async () => {
  const until = new Date(Date.now() + 600_000).toISOString();
  answers["POST /api/missed-calls/one/claim"] = {
    status: 409,
    body: { code: "already_claimed", about: { who: "Борис", until } },
  };
  await showPage(<MissedCallsPage />);

  await userEvent.click(await screen.findByRole("button", { name: /^Перезвонить/ }));

  expect((await screen.findByRole("alert")).textContent).toContain("Уже звонит Борис");
  expect(asked.some((one) => one.path === "/api/calls")).toBe(false);
});

test("a caller whom somebody else rings cannot be pressed", async () => {
  const until = new Date(Date.now() + 600_000).toISOString();
  items = [missed({ claim: { user: { id: "boris", name: "Борис" }, until } })];
  await showPage(<MissedCallsPage />);

  expect(await screen.findByText(/^Звонит Борис/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: /^Перезвонить/ })).toBeNull();
});

test("one's own claim is called so and can be used again", async () => {
  const until = new Date(Date.now() + 600_000).toISOString();
  items = [missed({ claim: { user: { id: session.user.id, name: "Я" }, until } })];
  await showPage(<MissedCallsPage />);

  expect(await screen.findByText(/^За вами до/)).toBeTruthy();
  expect(screen.getByRole("button", { name: /^Перезвонить/ })).toBeTruthy();
});

test("a write-off is not sent without a reason", async () => {
  await showPage(<MissedCallsPage />);
  await userEvent.click(await screen.findByRole("button", { name: /^Списать/ }));
  const sheet = screen.getByRole("dialog");
  const send = within(sheet).getByRole<HTMLButtonElement>("button", { name: "Списать" });
  expect(send.disabled).toBe(true);

  await userEvent.type(within(sheet).getByLabelText("Причина"), "Обзвон банка");
  await userEvent.click(send);

  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(asked.find((one) => one.path.endsWith("write-off"))?.body).toEqual({
    reason: "Обзвон банка",
  });
});

test("M goes from one who waits to the next", async () => {
  items = [missed(), missed({ id: "two", client: { id: "second", name: "Иван Орлов" } })];
  await showPage(<MissedCallsPage />);
  await screen.findByText("Иван Орлов");

  for (const name of ["Мария Крылова", "Иван Орлов", "Мария Крылова"]) {
    await userEvent.keyboard("[KeyM]");
    expect(document.activeElement?.getAttribute("aria-label")).toBe(`Перезвонить: ${name}`);
  }
});

test("where nobody waits that is said", async () => {
  items = [];
  await showPage(<MissedCallsPage />);

  expect(await screen.findByText("Никто не ждёт звонка")).toBeTruthy();
});
