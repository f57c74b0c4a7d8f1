import { screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { KeptPbxLink } from "@/lib/wire";
import { showPage } from "@/test-page";
import { PbxLinkForm } from "./pbx-link-form";

const link: KeptPbxLink = {
  id: "link-1",
  name: "main",
  host: "10.0.0.5",
  port: 5038,
  username: "allo",
  region: "RU",
  extension_pattern: "\\d{3}",
  trunks: ["PJSIP/provider"],
  dial_context: "",
  dial_format: "e164",
  call_records: "mysql://freepbx:***@10.0.0.5/asteriskcdrdb",
  is_enabled: true,
  is_secret_readable: true,
  version: 3,
  changed_at: null,
  state: "up",
  reason: "",
  since: null,
};

const network = globalThis.fetch;
const asked: { url: string; method: string; body: Record<string, unknown> }[] = [];

function answer(told: unknown, status = 200) {
  vi.stubGlobal(
    "fetch",
    vi.fn(async (request: Request) => {
      asked.push({
        url: new URL(request.url).pathname,
        method: request.method,
        body: await request.clone().json(),
      });
      const type = status < 400 ? "application/json" : "application/problem+json";
      return new Response(JSON.stringify(told), { status, headers: { "Content-Type": type } });
    }),
  );
}

afterEach(() => {
  asked.length = 0;
  vi.stubGlobal("fetch", network);
});

test("a kept secret is not asked for again, and is not sent", async () => {
  answer(link);
  const onSaved = vi.fn();
  await showPage(<PbxLinkForm link={link} onSaved={onSaved} />);

  await userEvent.clear(screen.getByLabelText("Пользователь AMI"));
  await userEvent.type(screen.getByLabelText("Пользователь AMI"), "crm");
  await userEvent.click(screen.getByRole("button", { name: "Сохранить" }));

  await waitFor(() => expect(onSaved).toHaveBeenCalledWith(link));
  expect(asked[0]).toMatchObject({ url: "/api/pbx-links/link-1", method: "PATCH" });
  expect(asked[0]?.body).toMatchObject({ version: 3, username: "crm", trunks: ["PJSIP/provider"] });
  expect(asked[0]?.body).not.toHaveProperty("secret");
});

test("where the call records lie goes back as it was shown, or as somebody wrote it", async () => {
  answer(link);
  await showPage(<PbxLinkForm link={link} onSaved={vi.fn()} />);
  const field = screen.getByLabelText(/Записи АТС о звонках/);

  await userEvent.click(screen.getByRole("button", { name: "Сохранить" }));
  await waitFor(() => expect(asked).toHaveLength(1));
  expect(asked[0]?.body).toMatchObject({ call_records: link.call_records });

  await userEvent.clear(field);
  await userEvent.type(field, " /var/log/asterisk/cdr-csv/Master.csv ");
  await userEvent.click(screen.getByRole("button", { name: "Сохранить" }));
  await waitFor(() => expect(asked).toHaveLength(2));
  expect(asked[1]?.body).toMatchObject({ call_records: "/var/log/asterisk/cdr-csv/Master.csv" });
});

test("another address needs the secret again before anything can be saved or tried", async () => {
  await showPage(<PbxLinkForm link={link} onSaved={vi.fn()} />);

  await userEvent.type(screen.getByLabelText("Адрес АТС"), "0");
  expect(screen.getByRole("button", { name: "Сохранить" }).hasAttribute("disabled")).toBe(true);
  expect(screen.getByRole("button", { name: "Проверить связь" }).hasAttribute("disabled")).toBe(
    true,
  );
  expect(screen.getByText(/введите секрет заново/)).toBeTruthy();

  await userEvent.type(screen.getByLabelText("Секрет"), "quiet");
  expect(screen.getByRole("button", { name: "Сохранить" }).hasAttribute("disabled")).toBe(false);
});

test("a try tells each step with what to do, and saves nothing", async () => {
  const step = { seconds: 0.01, text: "", values: [] };
  answer({
    is_well: false,
    version: null,
    ami_version: "11.0.0",
    seconds: 0.042,
    steps: [
      { ...step, step: "connect", verdict: "ok", code: "reached" },
      { ...step, step: "login", verdict: "failed", code: "login_refused", text: "No such user" },
      { ...step, step: "rights", verdict: "warning", code: "rights_missing", values: ["call"] },
    ],
    endpoints: [],
  });
  const onSaved = vi.fn();
  await showPage(<PbxLinkForm onSaved={onSaved} />);
  await userEvent.type(screen.getByLabelText("Секрет"), "quiet");

  await userEvent.click(screen.getByRole("button", { name: "Проверить связь" }));

  expect(await screen.findByText("АТС отвечает")).toBeTruthy();
  expect(screen.getByText(/No such user/)).toBeTruthy();
  expect(screen.getByText("Не хватает прав: call")).toBeTruthy();
  expect(screen.getByText("Проверка заняла 42 мс.")).toBeTruthy();
  expect(asked.map(({ url }) => url)).toEqual(["/api/pbx-links/test"]);
  expect(onSaved).not.toHaveBeenCalled();
});

test("a name that calls know already is told in people's words", async () => {
  answer({ title: "Conflict", status: 409, code: "pbx_link_in_use", detail: "x" }, 409);
  await showPage(<PbxLinkForm link={link} onSaved={vi.fn()} />);

  await userEvent.type(screen.getByLabelText("Имя связи"), "2");
  await userEvent.click(screen.getByRole("button", { name: "Сохранить" }));

  expect((await screen.findByRole("alert")).textContent).toContain("добавьте другую связь");
});
