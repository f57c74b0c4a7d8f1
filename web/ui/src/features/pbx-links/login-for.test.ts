import { expect, test } from "vitest";
import { loginFor } from "./login-for";

test("the family name in Latin letters is offered as a login", () => {
  expect(loginFor("Анна Белова", "101")).toBe("belova");
  expect(loginFor("John O'Neil-Smith", "102")).toBe("smith");
  expect(loginFor("Щёголев", "103")).toBe("schegolev");
});

test("without a name the extension makes the login", () => {
  expect(loginFor("", "101")).toBe("agent101");
  expect(loginFor("101", "101")).toBe("agent101");
  expect(loginFor("«»", "101")).toBe("agent101");
});
