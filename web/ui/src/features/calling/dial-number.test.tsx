import { act, screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { emptyCalls } from "@/features/calls/calls-state";
import { useLive } from "@/features/calls/live-store";
import type { Order } from "@/lib/wire";
import { showPage } from "@/test-page";
import { DialNumber } from "./dial-number";
import { OrderChip } from "./order-chip";
import { forgetOrder, hearOfOrders } from "./orders";

const NUMBER = "+79161234567";
const AT = "2026-11-23T09:00:00Z";

const anOrder = (change: Partial<Order> = {}): Order => ({
  order_id: "order-1",
  kind: "call",
  state: "calling",
  outcome: "phone_rings",
  text: "",
  number: NUMBER,
  pbx: "main",
  extension: "102",
  call_id: "call-1",
  client_id: null,
  at: AT,
  ...change,
});

type Asked = { path: string; body: unknown; key: string | null };

function serve(status: number, body: unknown): Asked[] {
  const asked: Asked[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const request = input as Request;
    asked.push({
      path: new URL(request.url).pathname,
      body: await request.json().catch(() => null),
      key: request.headers.get("Idempotency-Key"),
    });
    return new Response(JSON.stringify(body), {
      status,
      headers: { "Content-Type": "application/json" },
    });
  });
  return asked;
}

const link = (isUp: boolean) =>
  useLive.setState({
    calls: {
      ...emptyCalls("user-me"),
      links: [{ pbx: "main", is_up: isUp, reason: "", since: AT }],
    },
    lostAt: null,
  });

const tell = (order: Order) => act(() => hearOfOrders({ type: "order.changed", seq: 2, order }));

beforeEach(() => link(true));
afterEach(() => {
  forgetOrder();
  vi.restoreAllMocks();
});

const page = () =>
  showPage(
    <>
      <OrderChip />
      <DialNumber number={NUMBER} clientId="client-1" name="Анна" />
    </>,
  );
const handset = () => screen.getByRole("button", { name: /Позвонить/ });

test("a double click asks once, with a key of its own", async () => {
  const asked = serve(202, anOrder());
  await page();
  await userEvent.dblClick(handset());
  expect(await screen.findByText(/Снимите трубку/)).toBeTruthy();
  expect(asked).toHaveLength(1);
  expect(asked[0]?.body).toEqual({ number: NUMBER, client_id: "client-1" });
  expect(asked[0]?.key).toMatch(/[0-9a-f-]{36}/);
});

test("what really happened is told, and can be tried again", async () => {
  const asked = serve(202, anOrder());
  await page();
  await userEvent.click(handset());
  await screen.findByText(/Снимите трубку/);
  tell(anOrder({ outcome: "agent_answered" }));
  expect(screen.getByText(/Звоним/)).toBeTruthy();
  tell(anOrder({ state: "failed", outcome: "busy" }));
  expect(screen.getByRole("alert").textContent).toContain("У абонента занято.");
  await userEvent.click(screen.getByRole("button", { name: "Ещё раз" }));
  await waitFor(() => expect(asked).toHaveLength(2));
});

test("a talk that begins takes the word away", async () => {
  serve(202, anOrder());
  await page();
  await userEvent.click(handset());
  await screen.findByText(/Снимите трубку/);
  tell(anOrder({ state: "answered", outcome: "answered" }));
  await waitFor(() => expect(screen.queryByText(/Снимите трубку|Звоним/)).toBeNull());
});

test("a refusal is told in the reader's words", async () => {
  serve(403, { status: 403, code: "number_not_allowed", detail: "no" });
  await page();
  await userEvent.click(handset());
  expect((await screen.findByRole("alert")).textContent).toContain("так решил администратор");
});

test("without the PBX the handset says why and asks for nothing", async () => {
  const asked = serve(202, anOrder());
  link(false);
  await page();
  expect(handset().getAttribute("title")).toBe("Нет связи с АТС");
  await userEvent.click(handset());
  expect(asked).toEqual([]);
});
