import { useLingui } from "@lingui/react/macro";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/button";
import { fetchClients } from "@/features/clients/clients-api";
import type { Call } from "@/lib/wire";
import chooser from "./candidate-chooser.module.css";
import css from "./quick-create.module.css";
import { attachToClient } from "./quick-create-api";

type Props = { call: Call; onBack: () => void; onDone?: ((clientId: string) => void) | undefined };

const PAUSE_MS = 150;

/** Find the client whose number this is, and give it to them. */
export function AttachClient({ call, onBack, onDone }: Props) {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const [asked] = useDebouncedValue(text.trim(), PAUSE_MS);
  const found = useQuery({
    queryKey: ["clients", "attach", asked],
    queryFn: ({ signal }) => fetchClients({ q: asked, limit: 5 }, signal),
    enabled: asked.length >= 2,
  });
  const attaching = useMutation({
    mutationFn: (clientId: string) => attachToClient(call, clientId),
    onSuccess: (_, clientId) => onDone?.(clientId),
  });
  const items = asked.length >= 2 ? (found.data?.items ?? []) : [];
  return (
    <div className={css.form} data-compact>
      <input
        className={css.field}
        aria-label={t`Чей это номер`}
        placeholder={t`Имя или компания`}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={chooser.chooser}>
        {items.map((client) => (
          <button
            key={client.id}
            type="button"
            disabled={attaching.isPending}
            onClick={() => attaching.mutate(client.id)}
          >
            <span className={chooser.name}>{client.name}</span>
            <span className={chooser.company}>{client.company?.name}</span>
            <span className={chooser.last}>{client.phones[0]?.formatted}</span>
          </button>
        ))}
      </div>
      {asked.length >= 2 && found.isSuccess && items.length === 0 && <p>{t`Никого не нашлось.`}</p>}
      {attaching.isError && (
        <p className={css.failure} role="alert">{t`Не сохранилось. Нажмите ещё раз.`}</p>
      )}
      <div className={css.actions}>
        <Button size="s" onClick={onBack}>{t`Назад`}</Button>
      </div>
    </div>
  );
}
