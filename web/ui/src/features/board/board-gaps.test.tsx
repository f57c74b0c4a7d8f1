import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Board } from "@/lib/wire";
import { showPage } from "@/test-page";
import { BoardGaps } from "./board-gaps";

type Gap = Board["gaps"][number];

const gap = (from: string, to: string | null, more: Partial<Gap> = {}): Gap => ({
  pbx: "main",
  from_at: from,
  to_at: to,
  recovery: "none",
  recovered: 0,
  without_agent: 0,
  ...more,
});

test("a day without holes says nothing", async () => {
  await showPage(<BoardGaps gaps={[]} />);
  expect(screen.queryByRole("status")).toBeNull();
});

test("each hole is told from when to when, and one that is open has no end", async () => {
  const gaps = [
    gap("2026-11-25T04:00:00Z", "2026-11-25T04:05:00Z"),
    gap("2026-11-25T05:30:00Z", null),
  ];
  await showPage(<BoardGaps gaps={gaps} />);
  const [closed, open] = screen.getAllByRole("listitem").map((item) => item.textContent);
  expect(closed).toMatch(/не было слышно: .*09:00.* – .*09:05/);
  expect(open).toMatch(/не слышно с .*10:30/);
});

test("what the PBX's records gave back is told, and what they did not", async () => {
  const hour = (at: number, more: Partial<Gap>) =>
    gap(`2026-11-25T0${at}:00:00Z`, `2026-11-25T0${at}:02:00Z`, more);
  await showPage(
    <BoardGaps
      gaps={[
        hour(1, { recovery: "done", recovered: 4, without_agent: 1 }),
        hour(2, { recovery: "pending" }),
        hour(3, { recovery: "failed" }),
        hour(4, { recovery: "done" }),
      ]}
    />,
  );
  const [some, looking, failed, none] = screen.getAllByRole("listitem").map((i) => i.textContent);
  expect(some).toMatch(/восстановлено звонков: 4, из них без оператора: 1$/);
  expect(looking).toMatch(/ищем звонки в записях АТС$/);
  expect(failed).toMatch(/записи АТС о звонках не прочитать$/);
  expect(none).toMatch(/других звонков в записях АТС нет$/);
  expect(screen.getByText("Сегодняшние числа могут быть неполны")).toBeDefined();
});

test("a day whose every hole was filled is told as whole", async () => {
  const filled = { recovery: "done", recovered: 2, without_agent: 0 } as const;
  await showPage(
    <BoardGaps gaps={[gap("2026-11-25T04:00:00Z", "2026-11-25T04:05:00Z", filled)]} />,
  );
  expect(screen.getByText("Звонки за время без связи взяты из записей АТС")).toBeDefined();
});

test("of many the latest are told, and the rest counted", async () => {
  const gaps = Array.from({ length: 9 }, (_, hour) =>
    gap(`2026-11-25T0${hour}:00:00Z`, `2026-11-25T0${hour}:01:00Z`),
  );
  await showPage(<BoardGaps gaps={gaps} />);
  expect(screen.getAllByRole("listitem")).toHaveLength(5);
  expect(screen.getByText("и раньше ещё 5")).toBeDefined();
});
