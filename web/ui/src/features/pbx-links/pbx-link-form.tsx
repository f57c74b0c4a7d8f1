import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import settings from "@/features/settings/settings.module.css";
import { AUDIT_KEY } from "@/features/settings/settings-api";
import type { KeptPbxLink, PbxLinkInput } from "@/lib/wire";
import { PbxFailure } from "./pbx-failure";
import { PbxLinkTest } from "./pbx-link-test";
import { changePbxLink, createPbxLink, PBX_LINKS_KEY } from "./pbx-links-api";

type Props = {
  /** The link to be changed; none: a new one. */
  link?: KeptPbxLink | undefined;
  onSaved: (link: KeptPbxLink) => void;
  onCancel?: () => void;
};

type Draft = Required<Pick<PbxLinkInput, "name" | "host" | "port" | "username" | "secret">> & {
  region: string;
  extension_pattern: string;
  trunks: string;
  dial_context: string;
  dial_format: KeptPbxLink["dial_format"];
  call_records: string;
  is_enabled: boolean;
};

const draftOf = (link?: KeptPbxLink): Draft => ({
  name: link?.name ?? "main",
  host: link?.host ?? "127.0.0.1",
  port: link?.port ?? 5038,
  username: link?.username ?? "allo",
  secret: "",
  region: link?.region ?? "",
  extension_pattern: link?.extension_pattern ?? "\\d{2,5}",
  trunks: link?.trunks.join(", ") ?? "",
  dial_context: link?.dial_context ?? "",
  dial_format: link?.dial_format ?? "e164",
  call_records: link?.call_records ?? "",
  is_enabled: link?.is_enabled ?? true,
});

const listOf = (written: string) =>
  written
    .split(/[,\n]/)
    .map((one) => one.trim())
    .filter(Boolean);

/** How a PBX is reached; can be tried before it is saved. The secret goes in and never comes out. */
export function PbxLinkForm({ link: given, onSaved, onCancel }: Props) {
  const { t } = useLingui();
  const queries = useQueryClient();
  // As it was when it was opened: what somebody else changes meanwhile is a conflict, not lost.
  const [link] = useState(given);
  const [draft, setDraft] = useState(() => draftOf(link));
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const isElsewhere = link && (draft.host.trim() !== link.host || draft.port !== link.port);
  const needsSecret = !link?.is_secret_readable || isElsewhere;
  const { secret, trunks, region, is_enabled, dial_context, dial_format, call_records, ...plain } =
    draft;
  const tried = { ...plain, trunks: listOf(trunks), ...(secret && { secret }) };
  const values = {
    ...tried,
    dial_context: dial_context.trim(),
    dial_format,
    is_enabled,
    call_records: call_records.trim(),
    ...(region.trim() && { region: region.trim() }),
  };
  const isReady =
    Boolean(draft.name.trim() && draft.host.trim() && draft.username.trim()) &&
    draft.port > 0 &&
    (secret !== "" || !needsSecret);
  const saving = useMutation({
    mutationFn: () =>
      link
        ? changePbxLink(link.id, { version: link.version, ...values })
        : createPbxLink({ ...values, secret }),
    onSuccess: (saved) => {
      for (const queryKey of [PBX_LINKS_KEY, AUDIT_KEY])
        void queries.invalidateQueries({ queryKey });
      onSaved(saved);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !saving.isPending) saving.mutate();
  };
  const text = (field: "name" | "host" | "username" | "extension_pattern", word: string) => (
    <label className={settings.label}>
      {word}
      <input
        className={settings.field}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={field === "name" ? 64 : 200}
        value={draft[field]}
        onChange={(event) => set({ [field]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <form className={settings.form} onSubmit={submit}>
      <div className={settings.pair}>
        {text("host", t`Адрес АТС`)}
        <label className={settings.label}>
          {t`Порт AMI`}
          <input
            className={settings.field}
            inputMode="numeric"
            maxLength={5}
            value={draft.port || ""}
            onChange={(event) =>
              set({ port: Number(event.currentTarget.value.replace(/\D/g, "")) })
            }
          />
        </label>
        {text("username", t`Пользователь AMI`)}
        <label className={settings.label}>
          {t`Секрет`}
          <input
            className={settings.field}
            type="password"
            autoComplete="new-password"
            maxLength={500}
            placeholder={needsSecret ? "" : t`прежний`}
            value={secret}
            onChange={(event) => set({ secret: event.currentTarget.value })}
          />
        </label>
      </div>
      {isElsewhere && (
        <p className={settings.quiet}>
          {t`Адрес другой: введите секрет заново, прежний туда не отправится.`}
        </p>
      )}
      {link && !link.is_secret_readable && (
        <p
          className={settings.failure}
        >{t`Секрет не прочитать: ключ потерян. Введите его заново.`}</p>
      )}
      <div className={settings.pair}>
        {text("name", t`Имя связи`)}
        <label className={settings.label}>
          {t`Страна номеров без кода`}
          <input
            className={settings.field}
            autoComplete="off"
            maxLength={2}
            placeholder={t`как у офиса`}
            value={region}
            onChange={(event) => set({ region: event.currentTarget.value.toUpperCase() })}
          />
        </label>
        {text("extension_pattern", t`Внутренние номера (выражение)`)}
        <label className={settings.label}>
          {t`Внешние линии, через запятую`}
          <input
            className={settings.field}
            autoComplete="off"
            spellCheck={false}
            placeholder="PJSIP/provider"
            value={trunks}
            onChange={(event) => set({ trunks: event.currentTarget.value })}
          />
        </label>
      </div>
      <div className={settings.pair}>
        <label className={settings.label}>
          {t`Контекст для исходящих`}
          <input
            className={settings.field}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={80}
            placeholder={t`узнать у АТС`}
            value={draft.dial_context}
            onChange={(event) => set({ dial_context: event.currentTarget.value })}
          />
        </label>
        <label className={settings.label}>
          {t`Как набирать номер`}
          <select
            className={settings.field}
            value={draft.dial_format}
            onChange={(event) =>
              set({ dial_format: event.currentTarget.value as Draft["dial_format"] })
            }
          >
            <option value="e164">+7 916 …</option>
            <option value="national">{t`как по телефону: 8 916 …, 8 10 …`}</option>
          </select>
        </label>
      </div>
      <label className={settings.label}>
        {t`Записи АТС о звонках (CDR): файл или база`}
        <input
          className={settings.field}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={500}
          placeholder="/var/log/asterisk/cdr-csv/Master.csv"
          value={call_records}
          onChange={(event) => set({ call_records: event.currentTarget.value })}
        />
      </label>
      <p className={settings.quiet}>
        {t`По ним находятся звонки, прошедшие, пока связи не было. База: mysql://ПОЛЬЗОВАТЕЛЬ:ПАРОЛЬ@АДРЕС/asteriskcdrdb`}
      </p>
      <label className={settings.check}>
        <input
          type="checkbox"
          checked={draft.is_enabled}
          onChange={(event) => set({ is_enabled: event.currentTarget.checked })}
        />
        {t`Слушать эту АТС`}
      </label>
      <PbxLinkTest values={link ? { link_id: link.id, ...tried } : tried} isOff={!isReady} />
      <PbxFailure error={saving.error} />
      <div className={settings.actions}>
        <Button
          type="submit"
          kind="primary"
          isBusy={saving.isPending}
          isOff={!isReady}
        >{t`Сохранить`}</Button>
        {onCancel && <Button onClick={onCancel}>{t`Отмена`}</Button>}
      </div>
    </form>
  );
}
