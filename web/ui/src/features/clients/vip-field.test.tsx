import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { VipField } from "./vip-field";

test.each([true, false])("one press changes whether a client goes first (from %s)", async (was) => {
  const onSave = vi.fn();
  render(
    <I18nProvider i18n={i18n}>
      <VipField isVip={was} onSave={onSave} />
    </I18nProvider>,
  );
  const box = screen.getByRole<HTMLInputElement>("checkbox", { name: "VIP, первыми в очереди" });
  expect(box.checked).toBe(was);

  await userEvent.click(box);

  expect(onSave).toHaveBeenCalledExactlyOnceWith(!was);
});
