import { useLingui } from "@lingui/react/macro";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/button";
import { useUnsaved } from "@/lib/unsaved";
import css from "./client-phones.module.css";
import { addPhone, clientKey } from "./clients-api";

/** One more number: a line that becomes a field. */
export function NewPhone({ clientId }: { clientId: string }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [number, setNumber] = useState<string | null>(null);
  useUnsaved(Boolean(number));
  const adding = useMutation({
    mutationFn: (text: string) => addPhone(clientId, text, "mobile"),
    onSuccess: (client) => {
      queries.setQueryData(clientKey(clientId), client);
      setNumber(null);
    },
  });
  if (number === null) {
    return (
      <button type="button" className={css.add} onClick={() => setNumber("")}>
        <IconPlus size={16} stroke={1.7} aria-hidden="true" />
        {t`Добавить номер`}
      </button>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (number.trim()) adding.mutate(number.trim());
      }}
      onKeyDown={(event) => event.code === "Escape" && setNumber(null)}
    >
      <div className={css.form}>
        <input
          type="tel"
          aria-label={t`Новый номер`}
          placeholder="+7"
          autoComplete="off"
          // The field was just asked for by a click on this very place.
          ref={(element) => element?.focus()}
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
        <Button type="submit" kind="primary" isBusy={adding.isPending}>{t`Добавить`}</Button>
      </div>
      {adding.isError && (
        <p className={css.failure} role="alert">
          {t`Номер не сохранился. Проверьте его и попробуйте ещё раз.`}
        </p>
      )}
    </form>
  );
}
