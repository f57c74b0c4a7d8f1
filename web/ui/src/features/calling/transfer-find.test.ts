import { expect, test } from "vitest";
import type { Colleague } from "@/lib/wire";
import { findTargets } from "./transfer-find";

const one = (name: string, extension: string, state: Colleague["state"]): Colleague => ({
  user_id: name,
  name,
  pbx: "main",
  extension,
  state,
  call_id: null,
});
const FLOOR = [
  one("Борис", "102", "on_call"),
  one("Вера", "103", "ready"),
  one("Анна", "101", "offline"),
];
const names = (text: string) => findTargets(FLOOR, text).map((target) => target.name ?? target.to);

test("whoever is free stands first", () => {
  expect(names("")).toEqual(["Вера", "Борис", "Анна"]);
});

test("a part of a name and the beginning of an extension find a colleague", () => {
  expect(names("бор")).toEqual(["Борис"]);
  expect(names("103")).toEqual(["Вера"]);
});

test("a number that is nobody's is offered as it was typed, words are not", () => {
  expect(names("8 916 123-45-67")).toEqual(["8 916 123-45-67"]);
  expect(names("10")).toEqual(["Вера", "Борис", "Анна", "10"]);
  expect(names("никто")).toEqual([]);
});
