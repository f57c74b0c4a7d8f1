import { useLingui } from "@lingui/react/macro";
import type { Language, Office } from "@/lib/wire";
import css from "./settings.module.css";

const ZONES: readonly string[] = Intl.supportedValuesOf("timeZone");
const CURRENCIES = ["RUB", "KZT", "BYN", "UZS", "AMD", "GEL", "USD", "EUR", "CNY", "TRY", "AED"];
const REGIONS = [
  ...["RU", "KZ", "BY", "UZ", "AM", "GE", "KG", "AZ", "TJ", "TM", "MD", "UA", "MN"],
  ...["LV", "LT", "EE", "PL", "CZ", "DE", "AT", "CH", "FR", "IT", "ES", "PT", "NL", "BE"],
  ...["GB", "IE", "SE", "NO", "FI", "DK", "RS", "BG", "RO", "GR", "CY", "TR", "IL", "AE"],
  ...["CN", "IN", "KR", "JP", "TH", "VN", "US", "CA", "MX", "BR", "AR", "AU", "ZA"],
];

export type OfficeDraft = Pick<Office, "name" | "language" | "time_zone" | "currency"> & {
  phone_region: string;
};

type Props = { draft: OfficeDraft; onChange: (change: Partial<OfficeDraft>) => void };

/** What holds for the office: the first run asks for it, and the settings keep it. */
export function OfficeFields({ draft, onChange }: Props) {
  const { t, i18n } = useLingui();
  const names = new Intl.DisplayNames([i18n.locale], { type: "region" });
  return (
    <>
      <label className={css.label}>
        {t`Название офиса`}
        <input
          className={css.field}
          maxLength={200}
          value={draft.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
      </label>
      <div className={css.pair}>
        <label className={css.label}>
          {t`Язык`}
          <select
            className={css.field}
            value={draft.language}
            onChange={(event) => onChange({ language: event.currentTarget.value as Language })}
          >
            <option value="ru">Русский</option>
            <option value="en">English</option>
          </select>
        </label>
        <label className={css.label}>
          {t`Часовой пояс`}
          <select
            className={css.field}
            value={draft.time_zone}
            onChange={(event) => onChange({ time_zone: event.currentTarget.value })}
          >
            {[...new Set([draft.time_zone, ...ZONES])].map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </select>
        </label>
        <label className={css.label}>
          {t`Телефоны без кода страны`}
          <select
            className={css.field}
            value={draft.phone_region}
            onChange={(event) => onChange({ phone_region: event.currentTarget.value })}
          >
            {[...new Set([draft.phone_region, ...REGIONS])].map((region) => (
              <option key={region} value={region}>
                {names.of(region) ?? region}
              </option>
            ))}
          </select>
        </label>
        <label className={css.label}>
          {t`Валюта`}
          <select
            className={css.field}
            value={draft.currency}
            onChange={(event) => onChange({ currency: event.currentTarget.value })}
          >
            {CURRENCIES.map((currency) => (
              <option key={currency}>{currency}</option>
            ))}
          </select>
        </label>
      </div>
    </>
  );
}
