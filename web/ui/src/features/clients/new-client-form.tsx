import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "@/components/button";
import { CompanyField } from "@/features/calls/company-field";
import { bareNumber, looksLikeNumber } from "@/lib/format-number";
import { Problem } from "@/lib/problem";
import { useUnsaved } from "@/lib/unsaved";
import { createClient } from "./clients-api";
import css from "./new-client-form.module.css";

type Props = {
  /** What was searched for: most likely the name, or the number, of the new client. */
  name: string;
  onClose: () => void;
  onCreated: (clientId: string) => void;
};

/** A new client in one row over the list. No window, and what stands below stays in sight. */
export function NewClientForm({ name: asked, onClose, onCreated }: Props) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const first = useRef<HTMLInputElement>(null);
  const isNumber = looksLikeNumber(asked);
  const [name, setName] = useState(isNumber ? "" : asked);
  const [number, setNumber] = useState(isNumber ? asked : "");
  const [company, setCompany] = useState("");
  useUnsaved(name !== "" || number !== "" || company !== "");
  useEffect(() => first.current?.focus(), []);
  const creation = useMutation({
    mutationFn: () =>
      createClient({
        kind: "person",
        name: name.trim(),
        phones: number.trim() ? [{ number: bareNumber(number), label: "mobile" }] : [],
        ...(company.trim() ? { company_name: company.trim() } : {}),
      }),
    onSuccess: (client) => {
      void queries.invalidateQueries({ queryKey: ["clients"] });
      onCreated(client.id);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() && !creation.isPending) creation.mutate();
  };
  const isNumberWrong = creation.error instanceof Problem && creation.error.status === 422;
  return (
    <form
      className={css.form}
      aria-label={t`Новый клиент`}
      onSubmit={submit}
      onKeyDown={(event) => event.code === "Escape" && onClose()}
    >
      <input
        ref={first}
        className={css.field}
        aria-label={t`Имя`}
        placeholder={t`Имя`}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <input
        className={css.field}
        type="tel"
        aria-label={t`Телефон`}
        placeholder={t`Телефон`}
        autoComplete="off"
        value={number}
        onChange={(event) => setNumber(event.currentTarget.value)}
      />
      <CompanyField value={company} onChange={setCompany} position="bottom" />
      <Button type="submit" kind="primary" isBusy={creation.isPending} isOff={!name.trim()}>
        {t`Создать`}
      </Button>
      <Button onClick={onClose}>{t`Отмена`}</Button>
      {creation.isError && (
        <p className={css.failure} role="alert">
          {isNumberWrong
            ? t`Проверьте номер: так он не читается.`
            : t`Не сохранилось, текст остался здесь. Попробуйте ещё раз.`}
        </p>
      )}
    </form>
  );
}
