import { screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { answered } from "@/features/calls/call-samples";
import { emptyCalls } from "@/features/calls/calls-state";
import { useLive } from "@/features/calls/live-store";
import { showPage } from "@/test-page";
import { CallControls } from "./call-controls";
import { endConsultation } from "./consultation";

const AT = "2026-11-23T09:00:00Z";
const COLLEAGUES = [
  ["vera", "Вера", "103", "ready"],
  ["boris", "Борис", "104", "on_call"],
  ["user-me", "Мария Крылова", "102", "on_call"],
].map(([user_id, name, extension, state]) => ({
  user_id,
  name,
  pbx: "main",
  extension,
  state,
  call_id: null,
}));

function serve(refusal: { status: number; code: string } | null = null): [string, unknown][] {
  const asked: [string, unknown][] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const request = input as Request;
    const path = new URL(request.url).pathname;
    const isRead = request.method === "GET";
    if (!isRead) asked.push([path, await request.json().catch(() => null)]);
    const body = isRead ? { items: COLLEAGUES, next_cursor: null } : { call_id: "call-1" };
    return new Response(JSON.stringify(isRead || !refusal ? body : refusal), {
      status: isRead || !refusal ? 200 : refusal.status,
      headers: { "Content-Type": "application/json" },
    });
  });
  return asked;
}

beforeEach(() => {
  const links = [{ pbx: "main", is_up: true, reason: "", since: AT }];
  useLive.setState({ calls: { ...emptyCalls("user-me"), links }, lostAt: null });
});
afterEach(() => {
  endConsultation();
  vi.restoreAllMocks();
});

const press = (name: string | RegExp) => userEvent.click(screen.getByRole("button", { name }));
const show = () => showPage(<CallControls call={answered()} />);

test("arrows and Enter pass the call on to a colleague, the free one first", async () => {
  const asked = serve();
  await show();
  await press("Перевести");
  const first = await screen.findByRole("option", { name: /Вера/ });
  expect(first.textContent).toContain("готов");
  expect(screen.queryByRole("option", { name: /Крылова/ })).toBeNull();
  await userEvent.keyboard("{ArrowDown}{Enter}");
  await waitFor(() =>
    expect(asked).toEqual([["/api/calls/call-1/transfer", { kind: "blind", to: "104" }]]),
  );
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("after asking, the two others are joined, or I go back", async () => {
  const asked = serve();
  await show();
  await press("Перевести");
  await screen.findByRole("option", { name: /Вера/ });
  await userEvent.click(screen.getByRole("radio", { name: "С консультацией" }));
  await userEvent.click(screen.getByRole("option", { name: /Вера/ }));
  await screen.findByRole("button", { name: "Соединить с Вера" });
  expect(screen.queryByRole("button", { name: "Парковка" })).toBeNull();
  await press("Вернуться к собеседнику");
  await screen.findByRole("button", { name: "Парковка" });
  expect(asked.map(([path]) => path)).toEqual([
    "/api/calls/call-1/transfer",
    "/api/calls/call-1/transfer/cancel",
  ]);
});

test("what the PBX refuses is told beside the buttons", async () => {
  serve({ status: 409, code: "call_is_over" });
  await show();
  await press("Завершить");
  expect((await screen.findByRole("alert")).textContent).toBe("Звонок уже закончился.");
});

test("without the PBX the buttons say why and ask for nothing", async () => {
  const asked = serve();
  useLive.setState({ lostAt: Date.now() });
  await show();
  expect(screen.getByRole("button", { name: "Завершить" }).title).toBe("Нет связи с сервером");
  await press("Завершить");
  expect(asked).toEqual([]);
});
