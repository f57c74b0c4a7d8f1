import { expect, test } from "vitest";
import { groupOf, isOverdue, nextSteps } from "./due";
import { readQuickTask } from "./quick-task";

const ZONE = "Europe/Moscow";
const NOW = Date.parse("2026-11-25T09:30:00Z"); // Wednesday, 12:30 in Moscow

const iso = (at: number) => new Date(at).toISOString().slice(0, 16);

test.each([
  ["перезвонить Орлову завтра в 10", "перезвонить Орлову", "2026-11-26T07:00"],
  ["Отправить КП в пятницу в 15:30", "Отправить КП", "2026-11-27T12:30"],
  ["в среду встреча в 9", "встреча", "2026-12-02T06:00"],
  ["позвонить Анне через 2 часа", "позвонить Анне", "2026-11-25T11:30"],
  ["напомнить через 15 минут", "напомнить", "2026-11-25T09:45"],
  ["звонок в 11", "звонок", "2026-11-26T08:00"],
  ["звонок в 18", "звонок", "2026-11-25T15:00"],
  ["call Anna tomorrow at 10", "call Anna", "2026-11-26T07:00"],
])("«%s» is «%s» at %s", (text, title, at) => {
  const task = readQuickTask(text, ZONE, NOW);
  expect([task?.title, task && iso(task.at), task?.isAllDay]).toEqual([title, at, false]);
});

test.each([
  ["купить бумагу", "купить бумагу", "2026-11-24T21:00"],
  ["отчёт послезавтра", "отчёт", "2026-11-26T21:00"],
  ["каталог в понедельник", "каталог", "2026-11-29T21:00"],
])("«%s» is «%s» on a whole day", (text, title, at) => {
  const task = readQuickTask(text, ZONE, NOW);
  expect([task?.title, task && iso(task.at), task?.isAllDay]).toEqual([title, at, true]);
});

test("a time alone is no task, and a number is no time", () => {
  expect(readQuickTask("завтра в 10", ZONE, NOW)).toBeNull();
  expect(readQuickTask("  ", ZONE, NOW)).toBeNull();
  expect(readQuickTask("купить 12 стульев", ZONE, NOW)?.title).toBe("купить 12 стульев");
});

test("what is said to be a call is one", () => {
  expect(readQuickTask("перезвонить Орлову", ZONE, NOW)?.kind).toBe("call");
  expect(readQuickTask("отправить каталог", ZONE, NOW)?.kind).toBe("to_do");
});

const due = (due_at: string, is_all_day = false) => ({ due_at, is_all_day });

test("a task falls into its day by the clock on the wall", () => {
  expect(groupOf(due("2026-11-25T09:29:00Z"), ZONE, NOW)).toBe("overdue");
  expect(groupOf(due("2026-11-25T20:59:00Z"), ZONE, NOW)).toBe("today");
  expect(groupOf(due("2026-11-25T21:00:00Z"), ZONE, NOW)).toBe("tomorrow");
  expect(groupOf(due("2026-11-26T21:00:00Z"), ZONE, NOW)).toBe("later");
});

test("a whole day is late when it is over", () => {
  expect(isOverdue(due("2026-11-24T21:00:00Z", true), ZONE, NOW)).toBe(false);
  expect(isOverdue(due("2026-11-23T21:00:00Z", true), ZONE, NOW)).toBe(true);
});

test("the usual promises are round moments", () => {
  const steps = nextSteps(ZONE, NOW).map((step) => [step.id, iso(step.at)]);
  expect(steps).toEqual([
    ["tomorrow", "2026-11-26T07:00"],
    ["hour", "2026-11-25T10:30"],
    ["monday", "2026-11-30T07:00"],
  ]);
});

test("the night in which the clock goes back is counted right", () => {
  const berlin = Date.parse("2026-10-24T12:00:00Z");
  expect(iso(nextSteps("Europe/Berlin", berlin)[0]?.at ?? 0)).toBe("2026-10-25T09:00");
});
