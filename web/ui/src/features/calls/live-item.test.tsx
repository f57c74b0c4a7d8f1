import { screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { Call } from "@/lib/wire";
import { showPage } from "@/test-page";
import { aCall } from "./call-samples";
import { LiveItem } from "./live-item";
import { openNotes } from "./notes-in-flight";
import { beginWrapUp, finishWrapUp, useWrapUp } from "./wrap-up";

const QUEUE = { pbx: "main", name: "sales", title: "Продажи", is_disposition_required: true };

/** A server with one queue; `refuses` what is asked of a call's end. */
function serve(refuses: boolean): string[] {
  const asked: string[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const request = input as Request;
    const path = new URL(request.url).pathname;
    asked.push(`${request.method} ${path}`);
    const refused = refuses && path.endsWith("/finish");
    const body = refused
      ? { status: 422, code: "invalid_value", reason: "result_required", detail: "say it" }
      : { items: path.endsWith("/queue-titles") ? [QUEUE] : [], next_cursor: null };
    return new Response(JSON.stringify(body), {
      status: refused ? 422 : 200,
      headers: { "Content-Type": "application/json" },
    });
  });
  return asked;
}

const talked = (change: Partial<Call> = {}): Call =>
  aCall({
    pbx: "main",
    queue: "sales",
    status: "ended",
    answered_at: "2026-03-02T09:00:00Z",
    ended_at: "2026-03-02T09:01:00Z",
    disposition: null,
    ...change,
  });

const show = async (call: Call) => {
  openNotes("user-me");
  beginWrapUp(call);
  await showPage(<LiveItem call={call} phase="wrap_up" hasKeys={false} />);
  await screen.findByText(/очередь «Продажи»/);
};
const isOpen = (call: Call) => useWrapUp.getState().calls.some(({ id }) => id === call.id);
const done = () => userEvent.click(screen.getByRole("button", { name: "Готово" }));

afterEach(() => {
  for (const { id } of useWrapUp.getState().calls) finishWrapUp(id);
  vi.restoreAllMocks();
});

test("where the queue wants a result, a talk without one is not put aside", async () => {
  const asked = serve(false);
  const call = talked();
  await show(call);
  await done();
  expect(await screen.findByText(/итог/, { selector: "[role=alert]" })).toBeTruthy();
  expect(isOpen(call)).toBe(true);
  expect(asked.some((one) => one.includes("/finish"))).toBe(false);
});

test("with a result it is put aside once the server agrees", async () => {
  const asked = serve(false);
  const call = talked({ disposition: "sold" });
  await show(call);
  await done();
  await waitFor(() => expect(isOpen(call)).toBe(false));
  expect(asked).toContain(`POST /api/calls/${call.id}/finish`);
});

test("the server has the last word on whether a result is missing", async () => {
  serve(true);
  const call = talked({ answered_at: null });
  await show(call);
  await done();
  expect(await screen.findByText(/обязателен/)).toBeTruthy();
  expect(isOpen(call)).toBe(true);
});
