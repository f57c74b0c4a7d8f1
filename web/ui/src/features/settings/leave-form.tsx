import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import type { Account } from "@/lib/wire";
import { FormFailure } from "./form-failure";
import css from "./settings.module.css";
import {
  ACCOUNTS_KEY,
  AUDIT_KEY,
  changeAccount,
  fetchAccounts,
  fetchBelongings,
  TEAMS_KEY,
} from "./settings-api";

type Props = { account: Account; onBack: () => void; onDone: () => void };

/** Somebody leaves: what they have is counted, and goes to somebody or to the team. */
export function LeaveForm({ account, onBack, onDone }: Props) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [to, setTo] = useState("");
  const accounts = useQuery({ queryKey: ACCOUNTS_KEY, queryFn: fetchAccounts });
  const held = useQuery({
    queryKey: ["belongings", account.id],
    queryFn: () => fetchBelongings(account.id),
    staleTime: 0,
  });
  const leaving = useMutation({
    mutationFn: () =>
      changeAccount(account.id, {
        version: account.version,
        is_active: false,
        hand_over_to: to || null,
      }),
    onSuccess: () => {
      for (const queryKey of [
        ACCOUNTS_KEY,
        TEAMS_KEY,
        AUDIT_KEY,
        ["tasks"],
        ["deals"],
        ["clients"],
      ])
        void queries.invalidateQueries({ queryKey });
      onDone();
    },
  });
  if (held.isError) return <LoadFailure error={held.error} onRetry={() => void held.refetch()} />;
  if (!held.data) return <Skeleton lines={3} />;
  const { clients, deals, tasks } = held.data;
  const hasSomething = clients + deals + tasks > 0;
  return (
    <div className={css.form}>
      <p>{t`Сеансы и программы закроются сразу, телефон освободится.`}</p>
      {hasSomething && (
        <>
          <p>{t`За ним: клиентов ${clients}, открытых сделок ${deals}, открытых задач ${tasks}.`}</p>
          <label className={css.label}>
            {t`Кому передать`}
            <select
              className={css.field}
              value={to}
              onChange={(event) => setTo(event.currentTarget.value)}
            >
              <option value="">{t`Никому: остаётся команде`}</option>
              {accounts.data
                ?.filter((one) => one.is_active && one.id !== account.id)
                .map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
            </select>
          </label>
        </>
      )}
      <FormFailure error={leaving.error} />
      <div className={css.actions}>
        <Button kind="primary" isBusy={leaving.isPending} onClick={() => leaving.mutate()}>
          {hasSomething ? t`Передать и отключить` : t`Отключить`}
        </Button>
        <Button onClick={onBack}>{t`Назад`}</Button>
      </div>
    </div>
  );
}
