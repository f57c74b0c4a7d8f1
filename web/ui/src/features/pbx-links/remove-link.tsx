import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "@/components/button";
import settings from "@/features/settings/settings.module.css";
import { AUDIT_KEY } from "@/features/settings/settings-api";
import type { KeptPbxLink } from "@/lib/wire";
import { PbxFailure } from "./pbx-failure";
import { deletePbxLink, PBX_LINKS_KEY } from "./pbx-links-api";

/** Says what stays and what ends when a PBX is no longer listened to. */
export function RemoveLink({ link, onDone }: { link: KeptPbxLink; onDone: () => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const removal = useMutation({
    mutationFn: () => deletePbxLink(link.id),
    onSuccess: () => {
      for (const queryKey of [PBX_LINKS_KEY, AUDIT_KEY])
        void queries.invalidateQueries({ queryKey });
      onDone();
    },
  });
  return (
    <div className={settings.form}>
      <p>
        {t`Звонки этой АТС перестанут приходить, идущие сейчас закроются. Журнал, записи и телефоны людей останутся. Чтобы вернуть связь, её нужно будет ввести заново вместе с секретом.`}
      </p>
      <PbxFailure error={removal.error} />
      <div className={settings.actions}>
        <Button kind="primary" isBusy={removal.isPending} onClick={() => removal.mutate()}>
          {t`Отключить АТС`}
        </Button>
        <Button onClick={onDone}>{t`Отмена`}</Button>
      </div>
    </div>
  );
}
