import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { Sheet } from "@/components/sheet";
import { ClientField } from "@/features/clients/client-field";
import { fetchOffice, OFFICE_KEY } from "@/features/settings/office-api";
import { readMoney, signOf } from "@/lib/money";
import { useUnsaved } from "@/lib/unsaved";
import type { Named } from "@/lib/wire";
import css from "./deal-form.module.css";
import { createDeal, DEALS_KEY } from "./deals-api";

type Props = {
  /** Whose deal it is, where that is known already: then the page stays where it is. */
  client?: Named;
  onClose: () => void;
};

/** A new deal: what, for how much, with whom. It begins in the first stage. */
export function NewDealForm({ client, onClose }: Props) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [title, setTitle] = useState("");
  const [amount, setAmount] = useState("");
  const [chosen, setChosen] = useState<Named | null>(client ?? null);
  const office = useQuery({ queryKey: OFFICE_KEY, queryFn: fetchOffice, staleTime: 60_000 });
  const sign = signOf(office.data?.currency ?? "RUB");
  useUnsaved(title !== "" || amount !== "");
  const sum = amount.trim() ? readMoney(amount) : null;
  const isAmountWrong = amount.trim() !== "" && sum === null;
  const creation = useMutation({
    mutationFn: () =>
      createDeal({
        title: title.trim(),
        amount_minor: sum,
        client_id: chosen?.id ?? null,
      }),
    onSuccess: (deal) => {
      void queries.invalidateQueries({ queryKey: DEALS_KEY });
      void queries.invalidateQueries({ queryKey: ["timeline"] });
      onClose();
      if (!client) void navigate({ to: "/deals/$dealId", params: { dealId: deal.id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() && !isAmountWrong && !creation.isPending) creation.mutate();
  };
  return (
    <Sheet title={t`Новая сделка`} onClose={onClose}>
      <form className={css.form} onSubmit={submit}>
        <input
          className={css.field}
          aria-label={t`Название сделки`}
          placeholder={t`Название сделки`}
          autoComplete="off"
          maxLength={300}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <div className={css.pair}>
          <input
            className={css.field}
            inputMode="decimal"
            aria-label={t`Сумма, ${sign}`}
            placeholder={t`Сумма, ${sign}`}
            aria-invalid={isAmountWrong}
            autoComplete="off"
            value={amount}
            onChange={(event) => setAmount(event.currentTarget.value)}
          />
          {!client && <ClientField value={chosen} onChange={setChosen} />}
        </div>
        {isAmountWrong && <p className={css.failure}>{t`Сумма — это число, например 486 000.`}</p>}
        {creation.isError && (
          <p className={css.failure} role="alert">
            {t`Не сохранилось, текст остался здесь. Попробуйте ещё раз.`}
          </p>
        )}
        <div className={css.actions}>
          <Button
            type="submit"
            kind="primary"
            isBusy={creation.isPending}
            isOff={!title.trim() || isAmountWrong}
          >
            {t`Создать`}
          </Button>
          <Button onClick={onClose}>{t`Отмена`}</Button>
        </div>
      </form>
    </Sheet>
  );
}
