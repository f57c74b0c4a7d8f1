import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import { DESKS_KEY, fetchDesks, keepDesk, shareDesk } from "@/features/agents/agents-api";
import { FormFailure } from "./form-failure";
import css from "./settings.module.css";
import { AUDIT_KEY } from "./settings-api";
import { SettingsSection } from "./settings-section";

/** Phones at which whoever comes may sit down. */
export function DesksSection() {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [pbx, setPbx] = useState("main");
  const [extension, setExtension] = useState("");
  const desks = useQuery({ queryKey: DESKS_KEY, queryFn: fetchDesks });
  const onSuccess = () => {
    for (const queryKey of [DESKS_KEY, AUDIT_KEY]) void queries.invalidateQueries({ queryKey });
  };
  const sharing = useMutation({
    mutationFn: () => shareDesk({ pbx: pbx.trim(), extension: extension.trim() }),
    onSuccess: () => {
      setExtension("");
      onSuccess();
    },
  });
  const keeping = useMutation({ mutationFn: keepDesk, onSuccess });
  const isReady = pbx.trim() !== "" && extension.trim() !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !sharing.isPending) sharing.mutate();
  };
  return (
    <SettingsSection
      title={t`Общие телефоны`}
      lead={t`За них садится тот, кто пришёл на смену: кнопкой состояния в верхней строке. Остальные телефоны закреплены за людьми.`}
      objects={["shared_desk"]}
    >
      <form className={css.tools} onSubmit={submit}>
        <input
          className={css.field}
          aria-label={t`Внутренний номер`}
          placeholder={t`Внутренний номер`}
          maxLength={32}
          value={extension}
          onChange={(event) => setExtension(event.currentTarget.value)}
        />
        <input
          className={css.field}
          aria-label={t`АТС`}
          placeholder={t`АТС`}
          maxLength={64}
          value={pbx}
          onChange={(event) => setPbx(event.currentTarget.value)}
        />
        <Button type="submit" isBusy={sharing.isPending} isOff={!isReady}>
          {t`Сделать общим`}
        </Button>
      </form>
      <FormFailure error={sharing.error ?? keeping.error} />
      {desks.isPending && <Skeleton lines={3} height={22} />}
      {desks.isError && <LoadFailure error={desks.error} onRetry={() => void desks.refetch()} />}
      {desks.data?.length === 0 && <p className={css.lead}>{t`Общих телефонов пока нет.`}</p>}
      {desks.data && desks.data.length > 0 && (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t`Внутренний номер`}</th>
              <th scope="col">{t`АТС`}</th>
              <th scope="col">{t`Кто за ним`}</th>
              <th scope="col">
                <span className="visually-hidden">{t`Действия`}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {desks.data.map((desk) => (
              <tr key={`${desk.pbx}/${desk.extension}`}>
                <td>
                  <span className={css.name}>{desk.extension}</span>
                </td>
                <td>{desk.pbx}</td>
                <td>{desk.user_name ?? t`никто`}</td>
                <td>
                  <Button
                    size="s"
                    aria-label={t`Убрать из общих: ${desk.extension}`}
                    onClick={() => keeping.mutate({ pbx: desk.pbx, extension: desk.extension })}
                  >
                    {t`Убрать из общих`}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </SettingsSection>
  );
}
