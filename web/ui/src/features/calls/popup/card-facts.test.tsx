import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Fact } from "@/lib/wire";
import { showPage } from "@/test-page";
import { CardFacts } from "./card-facts";

const at = "2026-11-23T08:30:00Z";
const contact: Fact = {
  kind: "last_contact",
  at,
  direction: "inbound",
  result: "abandoned",
  user: null,
  talk_seconds: 0,
};
const missed: Fact = { kind: "missed_today", count: 1, at };

test("a missed call that was the last contact is told once", async () => {
  await showPage(<CardFacts facts={[contact, missed]} />);

  expect(screen.getAllByRole("term")).toHaveLength(1);
});

test("a talk after the missed call is told beside it", async () => {
  const talk: Fact = {
    ...contact,
    at: "2026-11-23T09:00:00Z",
    result: "answered",
    talk_seconds: 60,
  };
  await showPage(<CardFacts facts={[talk, missed]} />);

  expect(screen.getAllByRole("term")).toHaveLength(2);
});

const PROMISE: Fact = {
  kind: "pending_task",
  task_id: "task",
  task_kind: "promise",
  title: "Обещали перезвонить",
  due_at: at,
  is_all_day: false,
};

test("a promise that was not kept is told before anything is said", async () => {
  await showPage(<CardFacts facts={[PROMISE]} />);

  expect(screen.getByRole("term").textContent).toBe("Обещали и не сделали");
  expect(screen.getByRole("definition").textContent).toContain("Перезвонить, как обещали");
});

test("a promise that can be kept still is told as one", async () => {
  const later = new Date(Date.now() + 3600_000).toISOString();
  await showPage(<CardFacts facts={[{ ...PROMISE, due_at: later, title: "Прислать счёт" }]} />);

  expect(screen.getByRole("term").textContent).toBe("Обещали");
  expect(screen.getByRole("definition").textContent).toContain("Прислать счёт");
});
