import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { showPage } from "@/test-page";
import { BoardGaps } from "./board-gaps";

const gap = (from: string, to: string | null) => ({ pbx: "main", from_at: from, to_at: to });

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

test("of many the latest are told, and the rest counted", async () => {
  const gaps = Array.from({ length: 9 }, (_, hour) =>
    gap(`2026-11-25T0${hour}:00:00Z`, `2026-11-25T0${hour}:01:00Z`),
  );
  await showPage(<BoardGaps gaps={gaps} />);
  expect(screen.getAllByRole("listitem")).toHaveLength(5);
  expect(screen.getByText("и раньше ещё 5")).toBeDefined();
});
