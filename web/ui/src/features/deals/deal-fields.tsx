import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Tag } from "@/components/tag";
import fields from "@/features/clients/client-fields.module.css";
import { OwnerField } from "@/features/clients/owner-field";
import { TextField } from "@/features/clients/text-field";
import { RecordTasks } from "@/features/tasks/record-tasks";
import { formatMoney, readMoney } from "@/lib/money";
import { isConflict } from "@/lib/problem";
import type { Deal, DealChange } from "@/lib/wire";
import { ClientNumbers } from "./client-numbers";
import css from "./deal-item.module.css";
import { changeDeal, DEALS_KEY, dealKey, moveDeal } from "./deals-api";
import { LostReason } from "./lost-reason";
import { StageStepper } from "./stage-stepper";

/** What a deal is, field by field, each saved when it is left. */
export function DealFields({ deal }: { deal: Deal }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [losingTo, setLosingTo] = useState<string | null>(null);
  const fresh = () => {
    void queries.invalidateQueries({ queryKey: dealKey(deal.id) });
    void queries.invalidateQueries({ queryKey: DEALS_KEY });
    void queries.invalidateQueries({ queryKey: ["timeline", deal.id] });
  };
  const saving = useMutation({
    mutationFn: (change: DealChange) => changeDeal(deal.id, deal.version, change),
    onSettled: fresh,
  });
  const moving = useMutation({ mutationFn: moveDeal, onSettled: fresh });
  const move = (stageId: string, kind: string) =>
    kind === "lost" ? setLosingTo(stageId) : moving.mutate({ dealId: deal.id, stageId });
  const failed = saving.error ?? moving.error;
  const saveAmount = (text: string) => {
    const amount = text ? readMoney(text) : null;
    if (!text || amount !== null) saving.mutate({ amount_minor: amount });
  };
  const tone = { open: "accent", won: "live", lost: "bad" } as const;
  return (
    <div>
      <div className={fields.tags}>
        <Tag tone={tone[deal.status]}>{deal.stage.name}</Tag>
        <Tag>{deal.pipeline.name}</Tag>
      </div>
      <h1 className="visually-hidden">{deal.title}</h1>
      <div className={fields.name}>
        <TextField
          label={t`Название сделки`}
          value={deal.title}
          isRequired
          isLong
          onSave={(title) => saving.mutate({ title })}
        />
      </div>
      {failed && (
        <p className={fields.failure} role="alert">
          {isConflict(failed)
            ? t`Сделку уже изменили. Показано то, что есть сейчас: повторите правку.`
            : t`Не сохранилось. Поле осталось прежним, попробуйте ещё раз.`}
        </p>
      )}
      <StageStepper deal={deal} onMove={move} />
      {deal.lost_reason && (
        <p className={fields.failure}>{t`Причина отказа: ${deal.lost_reason}`}</p>
      )}
      <h2 className={fields.section}>{t`О сделке`}</h2>
      <div className={fields.row}>
        <span className={fields.label}>{t`Сумма`}</span>
        <TextField
          label={t`Сумма`}
          value={deal.amount_minor === null ? null : formatMoney(deal.amount_minor, deal.currency)}
          onSave={saveAmount}
        />
      </div>
      <div className={fields.row}>
        <span className={fields.label}>{t`Клиент`}</span>
        {deal.client ? (
          <Link
            className={css.client ?? ""}
            to="/clients/$clientId"
            params={{ clientId: deal.client.id }}
          >
            {deal.client.name}
          </Link>
        ) : (
          <span className={fields.label}>{t`Не указан`}</span>
        )}
      </div>
      {deal.client && <ClientNumbers client={deal.client} />}
      <OwnerField owner={deal.owner} onSave={(owner_id) => saving.mutate({ owner_id })} />
      <RecordTasks deal={deal} />
      {losingTo && (
        <LostReason
          deal={deal}
          onClose={() => setLosingTo(null)}
          onSave={(lostReason) => {
            moving.mutate({ dealId: deal.id, stageId: losingTo, lostReason });
            setLosingTo(null);
          }}
        />
      )}
    </div>
  );
}
