import { useLingui } from "@lingui/react/macro";
import { useRef } from "react";
import { Tag } from "@/components/tag";
import { ClientDeals } from "@/features/deals/client-deals";
import { RecordTasks } from "@/features/tasks/record-tasks";
import { useHotKey } from "@/lib/use-hot-key";
import type { Client } from "@/lib/wire";
import css from "./client-fields.module.css";
import { ClientPhones } from "./client-phones";
import { FieldConflict } from "./field-conflict";
import { FoldedFields } from "./folded-fields";
import { OwnerField } from "./owner-field";
import { TextField } from "./text-field";
import { useChangeClient } from "./use-change-client";
import { VipField } from "./vip-field";

/** Who the client is. Every field is changed where it stands, and saved when it is left. */
export function ClientFields({ client }: { client: Client }) {
  const { t } = useLingui();
  const box = useRef<HTMLDivElement>(null);
  const { save, conflict, settle, failure } = useChangeClient(client.id);
  useHotKey("KeyE", () => box.current?.querySelector<HTMLElement>("[data-field]")?.focus());
  const isCompany = client.kind === "company";
  const fields = [
    { key: "email", label: t`Почта`, value: client.email },
    { key: "city", label: t`Город`, value: client.city },
    { key: "source", label: t`Источник`, value: client.source },
    { key: "greeting_name", label: t`Обращение`, value: client.greeting_name },
    { key: "comment", label: t`Комментарий`, value: client.comment },
  ] as const;
  const row = ({ key, label, value }: (typeof fields)[number]) => (
    <div className={css.row} key={key}>
      <span className={css.label}>{label}</span>
      <TextField
        label={label}
        value={value}
        isLong={key === "comment"}
        onSave={(text) => save({ [key]: text || null })}
      />
    </div>
  );
  return (
    <div ref={box}>
      <div className={css.tags}>
        <Tag tone="accent">{isCompany ? t`Компания` : t`Клиент`}</Tag>
        {client.is_vip && <Tag tone="warn">VIP</Tag>}
        {client.tags.map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
      </div>
      <h1 className="visually-hidden">{client.name}</h1>
      <div className={css.name}>
        <TextField
          label={t`Имя`}
          value={client.name}
          isRequired
          isLong
          onSave={(name) => save({ name })}
        />
      </div>
      {!isCompany && (
        <div className={css.post}>
          <TextField
            label={t`Должность`}
            value={client.position}
            onSave={(text) => save({ position: text || null })}
          />
          <TextField
            label={t`Компания`}
            value={client.company?.name ?? null}
            onSave={(text) => save({ company_name: text || null })}
          />
        </div>
      )}
      {conflict && <FieldConflict conflict={conflict} onSettle={settle} />}
      {failure && (
        <p className={css.failure} role="alert">
          {t`Не сохранилось. Поле осталось прежним, попробуйте ещё раз.`}
        </p>
      )}
      <ClientPhones client={client} />
      <ClientDeals client={client} />
      <RecordTasks client={client} />
      <h2 className={css.section}>{t`О клиенте`}</h2>
      <OwnerField owner={client.owner} onSave={(ownerId) => save({ owner_id: ownerId })} />
      <VipField isVip={client.is_vip} onSave={(isVip) => save({ is_vip: isVip })} />
      {fields.filter(({ value }) => value).map(row)}
      <FoldedFields count={fields.filter(({ value }) => !value).length}>
        {fields.filter(({ value }) => !value).map(row)}
      </FoldedFields>
    </div>
  );
}
