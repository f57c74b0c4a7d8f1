import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { showPage } from "@/test-page";
import { AuditDetails } from "./audit-details";

const lines = () => [...document.querySelectorAll("#told > div")].map((one) => one.textContent);

const show = (details: Record<string, unknown>) =>
  showPage(
    <div id="told">
      <AuditDetails details={details} />
    </div>,
  );

test("a change is told by what differs, in people's words", async () => {
  await show({
    before: { time_zone: "Europe/Moscow", is_active: true, name: "Анна" },
    after: { time_zone: "Asia/Omsk", is_active: false, name: "Анна" },
  });
  await screen.findByText(/Asia\/Omsk/);
  expect(lines()).toEqual(["часовой пояс: Europe/Moscow → Asia/Omsk", "действует: да → нет"]);
});

test("what is new has no before, and a field without a word keeps its own", async () => {
  await show({ after: { phones: ["101@main", "102@main"], from_next_year: 7 } });
  await screen.findByText(/101@main/);
  expect(lines()).toEqual(["телефоны: 101@main, 102@main", "from_next_year: 7"]);
});
