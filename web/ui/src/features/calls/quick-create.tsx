import { useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { Button } from "@/components/button";
import { useUnsaved } from "@/lib/unsaved";
import type { Call } from "@/lib/wire";
import { AttachClient } from "./attach-client";
import { CompanyField } from "./company-field";
import css from "./quick-create.module.css";
import { createForCall } from "./quick-create-api";
import { changeDraft, draftOf, dropDraft, useQuickDrafts } from "./quick-drafts";

type Props = {
  call: Call;
  /** In the popup: no heading, everything in as little room as it takes. */
  isCompact?: boolean;
  onDone?: (clientId: string) => void;
};

/** Two fields and Enter: the caller becomes a client, and takes along the earlier calls of the number. */
export function QuickCreate({ call, isCompact = false, onDone }: Props) {
  const { t } = useLingui();
  const id = useId();
  const draft = useQuickDrafts(({ drafts }) => draftOf(drafts, call.id));
  const [isAttaching, setAttaching] = useState(false);
  const isTouched = draft.name !== "" || draft.company !== "";
  useUnsaved(isTouched);

  const creation = useMutation({
    mutationFn: () => createForCall(call, draft),
    onSuccess: (client) => {
      dropDraft(call.id);
      onDone?.(client.id);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.name.trim() && !creation.isPending) creation.mutate();
  };

  if (isAttaching) {
    return <AttachClient call={call} onBack={() => setAttaching(false)} onDone={onDone} />;
  }
  return (
    <form className={css.form} data-compact={isCompact || undefined} onSubmit={submit}>
      <input
        id={`${id}-name`}
        className={css.field}
        aria-label={t`Имя`}
        placeholder={t`Имя`}
        autoComplete="off"
        value={draft.name}
        onChange={(event) => changeDraft(call.id, { name: event.currentTarget.value })}
      />
      <CompanyField
        value={draft.company}
        onChange={(company) => changeDraft(call.id, { company })}
      />
      <div className={css.actions}>
        <Button
          type="submit"
          kind="live"
          isBusy={creation.isPending}
          isOff={!draft.name.trim()}
        >{t`Создать клиента`}</Button>
        <button type="button" className={css.other} onClick={() => setAttaching(true)}>
          {t`Это номер существующего клиента`}
        </button>
      </div>
      {creation.isError && (
        <p className={css.failure} role="alert">
          {t`Не сохранилось, текст остался здесь. Попробуйте ещё раз.`}
        </p>
      )}
    </form>
  );
}
