import { i18n } from "@lingui/core";
import { expect, test } from "vitest";
import { findSections } from "./find-sections";
import { SECTIONS } from "./sections";

const idsFor = (text: string) => findSections(SECTIONS, text, i18n).map(({ id }) => id);

test("a section is found by its title and by what is in it", () => {
  expect(idsFor("профиль")).toContain("profile");
  expect(idsFor("ПАРОЛЬ")).toContain("profile");
});

test("nothing typed finds everything, and nonsense finds nothing", () => {
  expect(idsFor("  ")).toHaveLength(SECTIONS.length);
  expect(idsFor("щукаборщ")).toEqual([]);
});

test("each section has an address of its own", () => {
  expect(new Set(SECTIONS.map(({ id }) => id)).size).toBe(SECTIONS.length);
});
