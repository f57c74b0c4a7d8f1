import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Baton } from "@/lib/wire";
import { showPage } from "@/test-page";
import { CardBaton } from "./card-baton";

const baton: Baton = {
  call_id: "call-1",
  kind: "blind",
  from: { extension: "101", user_id: "user-anna", name: "Анна Сергеева" },
  client: { id: "client-1", name: "Дмитрий Орлов" },
  number: "+79161234567",
  number_formatted: "+7 916 123-45-67",
  note: "Просит счёт\nна двадцать кресел",
  disposition: null,
  spent_seconds: 130,
  waited_seconds: 5,
  legs: [],
  at: "2026-11-23T09:00:00Z",
};

test("a caller who is passed on comes with a name, a time and the note", async () => {
  await showPage(<CardBaton baton={baton} />);

  const shown = screen.getByRole("region", { name: "Передаёт Анна Сергеева" });
  expect(shown.textContent).toContain("2:10 в разговоре");
  expect(shown.textContent).toContain("Просит счёт");
});

test("a colleague who is asked sees about whom", async () => {
  await showPage(<CardBaton baton={{ ...baton, kind: "consultation" }} />);

  expect(
    screen.getByRole("region", { name: "Анна Сергеева спрашивает: Дмитрий Орлов" }),
  ).toBeDefined();
});

test("a note is text, whatever stands in it", async () => {
  await showPage(<CardBaton baton={{ ...baton, note: "<img src=x onerror=alert(1)>" }} />);

  expect(screen.getByText("<img src=x onerror=alert(1)>")).toBeDefined();
  expect(document.querySelector("img")).toBeNull();
});

test("who only sends callers on has not talked", async () => {
  await showPage(<CardBaton baton={{ ...baton, kind: "forward", spent_seconds: 0, note: "" }} />);

  expect(screen.getByRole("region").textContent).toBe("Передаёт Анна Сергеева");
});
