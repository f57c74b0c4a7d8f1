import { i18n } from "@lingui/core";
import { expect, test } from "vitest";
import { messages as en } from "@/locales/en.po";
import { Problem } from "./problem";
import { reasonOf } from "./reasons";

const refusal = (body: Record<string, unknown>) => new Problem(422, "invalid_value", body);

test("a reason is told in the reader's language, with its names and figures", () => {
  i18n.load("en", en);
  i18n.activate("en");
  const about = { stage: "Offer", count: 1 };
  const problem = refusal({ detail: "as the server said", reason: "stage_has_deals", about });
  expect(reasonOf(i18n, problem)).toContain("Offer");
  expect(reasonOf(i18n, problem)).toContain("1 open deal:");
});

test("a reason that has no words here is told as the server said it", () => {
  expect(reasonOf(i18n, refusal({ detail: "as the server said", reason: "from_next_year" }))).toBe(
    "as the server said",
  );
  expect(reasonOf(i18n, refusal({ detail: "as the server said" }))).toBe("as the server said");
});
