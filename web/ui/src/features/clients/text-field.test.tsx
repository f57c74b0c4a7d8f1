import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { fireEvent, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { isSomethingUnsaved } from "@/lib/unsaved";
import { TextField } from "./text-field";

function show(value: string | null, isRequired = false) {
  const onSave = vi.fn();
  render(
    <I18nProvider i18n={i18n}>
      <TextField label="Город" value={value} isRequired={isRequired} onSave={onSave} />
      <button type="button">дальше</button>
    </I18nProvider>,
  );
  return { onSave, field: screen.getByRole<HTMLInputElement>("textbox", { name: "Город" }) };
}

test("a field is saved when Tab leaves it", async () => {
  const { onSave, field } = show("Пермь");
  await userEvent.clear(field);
  await userEvent.type(field, "Омск ");
  expect(isSomethingUnsaved()).toBe(true);
  await userEvent.tab();
  expect(onSave).toHaveBeenCalledExactlyOnceWith("Омск");
  expect(isSomethingUnsaved()).toBe(false);
});

test("Enter saves it too", async () => {
  const { onSave, field } = show(null);
  await userEvent.type(field, "Омск{Enter}");
  expect(onSave).toHaveBeenCalledExactlyOnceWith("Омск");
});

test("Esc takes back what was typed", async () => {
  const { onSave, field } = show("Пермь");
  await userEvent.type(field, " и край");
  fireEvent.keyDown(field, { code: "Escape" });
  expect(onSave).not.toHaveBeenCalled();
  expect(field.value).toBe("Пермь");
});

test("what is unchanged, or may not be empty, is not saved", async () => {
  const { onSave, field } = show("Анна", true);
  await userEvent.click(field);
  await userEvent.tab();
  await userEvent.clear(field);
  await userEvent.tab();
  expect(onSave).not.toHaveBeenCalled();
  expect(field.value).toBe("Анна");
});
