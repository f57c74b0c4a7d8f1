import { screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { aCall } from "@/features/calls/call-samples";
import { hotKeys } from "@/lib/hot-keys";
import type { Promised } from "@/lib/wire";
import { showPage } from "@/test-page";
import { CallPromises } from "./call-promises";

let sent: { text: string; due_at: string }[] = [];
let promised: Promised[] = [];

const made = (changes: Partial<Promised> = {}): Promised => ({
  id: "promise",
  call_id: "call",
  client: null,
  number: "+79161234567",
  second: 12,
  text: "прислать счёт",
  made_at: new Date().toISOString(),
  made_by: null,
  due_at: new Date(Date.now() + 3600_000).toISOString(),
  task_id: "task",
  state: "open",
  settled_at: null,
  settled_by: null,
  settled_by_call_id: null,
  ...changes,
});

beforeEach(() => {
  sent = [];
  promised = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const request = input as Request;
    const isMaking = request.method === "POST" && request.url.endsWith("/promises");
    if (isMaking) {
      sent.push(await request.clone().json());
      promised = [made({ text: sent.at(-1)?.text ?? "" })];
    }
    if (request.url.endsWith("/withdraw")) promised = [made({ state: "withdrawn" })];
    const body = isMaking ? promised[0] : { items: promised, next_cursor: null };
    return new Response(JSON.stringify(body), {
      status: isMaking ? 201 : 200,
      headers: { "Content-Type": "application/json" },
    });
  });
  document.addEventListener("keydown", hotKeys.handle);
});
afterEach(() => {
  document.removeEventListener("keydown", hotKeys.handle);
  vi.restoreAllMocks();
});

test("P opens the field, one chip promises, and the call says so", async () => {
  await showPage(<CallPromises call={aCall()} hasKeys />);
  await screen.findByRole("button", { name: "Обещание" });

  await userEvent.keyboard("[KeyP]");
  await userEvent.type(screen.getByRole("textbox", { name: "Что обещали" }), "прислать счёт");
  await userEvent.click(screen.getByRole("button", { name: "через час" }));

  expect((await screen.findByRole("status")).textContent).toContain("обещали: прислать счёт");
  const [promise] = sent;
  expect(promise?.text).toBe("прислать счёт");
  const inMinutes = (Date.parse(promise?.due_at ?? "") - Date.now()) / 60_000;
  expect(inMinutes).toBeGreaterThan(59);
  expect(inMinutes).toBeLessThan(66);
});

test("Escape closes the field and promises nothing", async () => {
  await showPage(<CallPromises call={aCall()} hasKeys />);
  await userEvent.click(await screen.findByRole("button", { name: "Обещание" }));

  await userEvent.keyboard("{Escape}");

  expect(screen.queryByRole("textbox")).toBeNull();
  expect(sent).toEqual([]);
});

test("while somebody types, P is a letter", async () => {
  await showPage(
    <>
      <textarea aria-label="Заметка" />
      <CallPromises call={aCall()} hasKeys />
    </>,
  );
  await userEvent.type(await screen.findByLabelText("Заметка"), "p");

  expect(screen.queryByRole("textbox", { name: "Что обещали" })).toBeNull();
});

test("a promise can be taken back, and one that was broken is told as such", async () => {
  promised = [made({ state: "broken" })];
  await showPage(<CallPromises call={aCall()} hasKeys={false} />);
  expect((await screen.findByRole("status")).textContent).toContain("обещали и не сделали");

  await userEvent.click(screen.getByRole("button", { name: "Отозвать" }));

  await waitFor(() => expect(screen.queryByRole("status")).toBeNull());
});
