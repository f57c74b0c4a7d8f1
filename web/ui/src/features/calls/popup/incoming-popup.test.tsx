import { act, fireEvent, screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { hotKeys } from "@/lib/hot-keys";
import { showPage } from "@/test-page";
import {
  aCall,
  aCard,
  anna,
  answered,
  ended,
  endedFrame,
  ME,
  ringing,
  snapshot,
  updated,
  withdrawn,
} from "../call-samples";
import { type CallsMessage, emptyCalls } from "../calls-state";
import { dispatch, useLive } from "../live-store";
import { usePopupChoices } from "../popup-choices";
import { useQuickDrafts } from "../quick-drafts";
import { IncomingPopup } from "./incoming-popup";

const GUARD = 300;
const known = aCard({
  client: anna,
  greeting: "Добрый день, Анна Сергеевна!",
  facts: [{ kind: "responsible", user: { id: "user-oleg", name: "Олег Дёмин" } }],
});

const tell = (...messages: CallsMessage[]) =>
  act(() => {
    for (const message of messages) dispatch(message);
  });
const later = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const popup = () => screen.queryByRole("complementary", { name: "Входящие звонки" });

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  useLive.setState({ calls: emptyCalls(ME), lostAt: null });
  usePopupChoices.setState({ dismissed: [], folded: [], opened: [] });
  useQuickDrafts.setState({ drafts: {} });
  document.addEventListener("keydown", hotKeys.handle);
});
afterEach(() => {
  document.removeEventListener("keydown", hotKeys.handle);
  vi.useRealTimers();
});

async function showPopup(field = false) {
  const page = await showPage(
    <>
      {field && <textarea aria-label="Заметка" />}
      <IncomingPopup />
    </>,
  );
  tell(snapshot(0));
  return page;
}

describe("the card of a ringing call", () => {
  test("is not there while nothing rings", async () => {
    await showPopup();
    expect(popup()).toBeNull();
  });

  test("says who calls, what is known, and how to greet", async () => {
    await showPopup();
    tell(ringing(1, aCall({ queue: "Продажи" }), known));
    const card = screen.getByRole("region", { name: "Звонит Анна Соколова" });
    for (const text of [
      "Анна Соколова",
      "ООО «Уралтехпром» · +7 343 288-14-07",
      "Добрый день, Анна Сергеевна!",
      "Олег Дёмин",
      "Продажи · +7 495 000-07-01",
    ]) {
      expect(within(card).getByText(text)).toBeDefined();
    }
  });

  test("of an unknown caller shows the number, its place, and two fields", async () => {
    await showPopup();
    const card = aCard({
      facts: [{ kind: "earlier_calls", count: 2, at: "2026-11-20T09:00:00Z" }],
    });
    tell(ringing(1, aCall(), card));
    expect(screen.getByText("+7 343 288-14-07")).toBeDefined();
    expect(screen.getByText("Екатеринбург")).toBeDefined();
    expect(screen.getByText("звонил 2 раза, без карточки")).toBeDefined();
    expect(await screen.findByRole("textbox", { name: "Имя" })).toBeDefined();
  });

  test("of a withheld number says so", async () => {
    await showPopup();
    const call = aCall({ number: null, raw_number: null, is_withheld: true });
    tell(ringing(1, call, aCard({ number: null, number_formatted: null, is_withheld: true })));
    expect(screen.getByText("Номер скрыт")).toBeDefined();
  });

  test("asks who calls when several share the number", async () => {
    await showPopup();
    const candidates = ["Анна", "Борис"].map((name) => ({
      id: name,
      name,
      company: null,
      last_contact: null,
      last_chosen:
        name === "Анна"
          ? { at: "2026-11-20T09:00:00Z", user: { id: "user-oleg", name: "Олег Дёмин" } }
          : null,
    }));
    tell(ringing(1, aCall(), aCard({ candidates })));
    expect(screen.getByRole("button", { name: /Анна.*В прошлый раз выбрали: Олег/ })).toBeDefined();
    expect(screen.getByRole("group", { name: "Кто звонит?" })).toBeDefined();
    expect(screen.queryByRole("textbox")).toBeNull();
  });

  test("renders a caller's name as text, whatever is in it", async () => {
    await showPopup();
    tell(ringing(1, aCall(), aCard({ caller_name: "<img src=x onerror=alert(1)>" })));
    expect(screen.getByText(/<img src=x/)).toBeDefined();
    expect(document.querySelector("img")).toBeNull();
  });

  test("counts how long the caller waits", async () => {
    await showPopup();
    const since = new Date(Date.now() - 14_000).toISOString();
    tell({ ...snapshot(0), at: new Date().toISOString() });
    tell(ringing(1, aCall(), aCard({ client: anna, waiting_since: since })));
    expect(screen.getByText("ждёт 14 с")).toBeDefined();
    await later(2000);
    expect(screen.getByText("ждёт 16 с")).toBeDefined();
  });
});

describe("whoever works meanwhile", () => {
  test("keeps the focus and every letter", async () => {
    await showPopup(true);
    const field = screen.getByRole("textbox", { name: "Заметка" });
    const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
    await user.click(field);
    await user.keyboard("Просит ");
    tell(ringing(1, aCall(), known));
    await user.keyboard("пересчитать");
    expect((field as HTMLTextAreaElement).value).toBe("Просит пересчитать");
    expect(document.activeElement).toBe(field);
  });

  test("hears of each ring once", async () => {
    await showPopup();
    tell(ringing(1, aCall({ queue: "Продажи" }), known));
    const said = screen.getByRole("alert");
    expect(said.textContent).toBe("Входящий: Анна Соколова, очередь Продажи");
    const seen = vi.fn();
    new MutationObserver(seen).observe(said, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    tell(updated(2, aCall({ queue: "Продажи" }), known));
    await later(10);
    expect(seen).not.toHaveBeenCalled();
  });

  test("cannot hit a card that has just come under the pointer", async () => {
    await showPopup();
    tell(ringing(1, aCall(), known));
    expect(popup()?.hasAttribute("data-guarded")).toBe(true);
    await later(GUARD);
    expect(popup()?.hasAttribute("data-guarded")).toBe(false);
    tell(ringing(2, aCall({ id: "call-2" }), aCard()));
    expect(popup()?.hasAttribute("data-guarded")).toBe(true);
  });
});

describe("the keys", () => {
  test("F2 opens the client, also while somebody types", async () => {
    const page = await showPopup(true);
    tell(ringing(1, aCall(), known));
    fireEvent.keyDown(screen.getByRole("textbox", { name: "Заметка" }), { code: "F2" });
    await later(10);
    expect(page.path()).toBe("/clients/client-anna");
  });

  test("F2 opens the page of a call that belongs to nobody yet", async () => {
    const page = await showPopup();
    tell(ringing(1));
    fireEvent.keyDown(document.body, { code: "F2" });
    await later(10);
    expect(page.path()).toBe("/calls/call-1");
  });

  test("Ctrl+F2 goes into the card and back to where one was", async () => {
    await showPopup(true);
    tell(ringing(1, aCall(), known));
    const field = screen.getByRole("textbox", { name: "Заметка" });
    field.focus();
    fireEvent.keyDown(field, { code: "F2", ctrlKey: true });
    expect(popup()?.contains(document.activeElement)).toBe(true);
    fireEvent.keyDown(document.activeElement ?? field, { code: "F2", ctrlKey: true });
    expect(document.activeElement).toBe(field);
  });

  test("Esc folds the card only when the focus is in it", async () => {
    await showPopup(true);
    tell(ringing(1, aCall(), known));
    fireEvent.keyDown(screen.getByRole("textbox", { name: "Заметка" }), { code: "Escape" });
    expect(screen.getByText("Добрый день, Анна Сергеевна!")).toBeDefined();
    fireEvent.keyDown(screen.getByTitle("Открыть карточку"), { code: "Escape" });
    expect(screen.queryByText("Добрый день, Анна Сергеевна!")).toBeNull();
    expect(popup()).not.toBeNull();
  });
});

describe("a card", () => {
  test("that was hidden never returns for that call", async () => {
    await showPopup();
    tell(ringing(1, aCall(), known));
    fireEvent.click(screen.getByRole("button", { name: "Скрыть" }));
    expect(popup()).toBeNull();
    tell(updated(2, aCall(), known), snapshot(3), ringing(4, aCall(), known));
    expect(popup()).toBeNull();
    tell(ringing(5, aCall({ id: "call-2" }), known));
    expect(popup()).not.toBeNull();
  });

  test("goes when I answer", async () => {
    await showPopup();
    tell(ringing(1, aCall(), known), updated(2, answered()));
    expect(popup()).toBeNull();
  });

  test("stays when I answer while typing who it is", async () => {
    await showPopup();
    tell(ringing(1));
    fireEvent.change(screen.getByRole("textbox", { name: "Имя" }), { target: { value: "Пётр" } });
    tell(updated(2, answered()));
    expect(screen.getByRole<HTMLInputElement>("textbox", { name: "Имя" }).value).toBe("Пётр");
    expect(screen.getByText("Разговор идёт")).toBeDefined();
  });

  test("says who else answered, and goes", async () => {
    await showPopup();
    tell(ringing(1, aCall(), known));
    tell(withdrawn(2, "answered_elsewhere", { extension: "104", name: "Олег Дёмин" }));
    expect(screen.getByText("Ответил Олег Дёмин")).toBeDefined();
    expect(screen.queryByRole("button", { name: /Открыть карточку F2/ })).toBeNull();
    await later(1500);
    expect(popup()).toBeNull();
  });

  test("of a missed call stays ten seconds, and longer under the pointer", async () => {
    await showPopup();
    tell(ringing(1, aCall(), known), withdrawn(2, "cancelled"));
    tell(endedFrame(3, ended({ answered_at: null, result: "abandoned", wait_seconds: 18 })));
    expect(screen.getByText("Пропущен, ждал 18 с")).toBeDefined();
    const card = screen.getByRole("region", { name: "Звонит Анна Соколова" });
    await later(5000);
    fireEvent.pointerEnter(card);
    await later(20_000);
    expect(popup()).not.toBeNull();
    fireEvent.pointerLeave(card);
    await later(10_000);
    expect(popup()).toBeNull();
  });
});

test("more calls stand above in a line each, and the rest are counted", async () => {
  await showPopup();
  const calls = ["call-1", "call-2", "call-3", "call-4", "call-5", "call-6"];
  tell(...calls.map((id, index) => ringing(index + 1, aCall({ id }), known)));
  expect(within(popup() as HTMLElement).getAllByRole("region")).toHaveLength(4);
  expect(screen.getByText("ещё 2")).toBeDefined();
});
