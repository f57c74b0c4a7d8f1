import { expect, test } from "vitest";
import { keepOrder } from "./steady-order";

const rows = (text: string) => [...text];

test("rows stay where they were, and new ones stand behind", () => {
  expect(keepOrder(rows("cab"), (row) => row, rows("abc")).join("")).toBe("abc");
  expect(keepOrder(rows("xcab"), (row) => row, rows("abc")).join("")).toBe("abcx");
  expect(keepOrder(rows("ba"), (row) => row, rows("abc")).join("")).toBe("ab");
});
