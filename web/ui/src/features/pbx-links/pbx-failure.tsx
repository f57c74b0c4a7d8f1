import { useLingui } from "@lingui/react/macro";
import settings from "@/features/settings/settings.module.css";
import { Problem } from "@/lib/problem";

/** Why a PBX could not be tried, rung or saved, by the code that the server gives. */
export function PbxFailure({ error }: { error: unknown }) {
  const { t } = useLingui();
  if (!error) return null;
  const known = error instanceof Problem ? error : null;
  const detail = known?.message ?? "";
  const codes: Record<string, string> = {
    pbx_unreachable: t`Нет связи с АТС: ничего не отправлено.`,
    pbx_unanswered: t`АТС не ответила: сделано это или нет, неизвестно. Посмотрите на телефон.`,
    pbx_refused: t`АТС отказала: ${detail}`,
    phone_is_tried: t`Один телефон уже проверяется: подождите, пока он отзвонит.`,
    conflict: t`Эту связь уже изменили или её имя занято. Закройте и откройте снова: ${detail}`,
    pbx_link_in_use: t`Это имя уже знают звонки, телефоны людей или лента: добавьте другую связь.`,
    pbx_links_set_in_settings: t`Связи заданы в настройках сервера и здесь не меняются.`,
    key_unusable: t`Сервер не может прочитать или создать ключ секретов. Ничего не изменено.`,
  };
  const fields: Record<string, string> = {
    secret: t`Введите секрет заново.`,
    extension_pattern: t`Выражение для внутренних номеров не подходит: ${detail}`,
    host: t`Адрес должен быть именем или IP-адресом, без «http://».`,
    region: t`Страна пишется двумя буквами, например RU.`,
    extension: t`Это не наш телефон.`,
  };
  const words =
    codes[known?.code ?? ""] ??
    fields[String(known?.body.field ?? "")] ??
    (known && known.status < 500
      ? t`Не получилось: ${detail}`
      : t`Не получилось. Попробуйте ещё раз.`);
  return (
    <p className={settings.failure} role="alert">
      {words}
    </p>
  );
}
