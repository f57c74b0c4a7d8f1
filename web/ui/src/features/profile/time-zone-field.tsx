import { useLingui } from "@lingui/react/macro";
import { Select } from "@mantine/core";
import { useMe } from "@/features/session/session-context";
import { useNow } from "@/lib/clock";
import { formatTime } from "@/lib/format-time";
import css from "./profile-page.module.css";
import { useOwnSettings } from "./use-own-settings";

const OFFICE = "office";
const ZONES: readonly string[] = Intl.supportedValuesOf("timeZone");

/** In which zone times are shown, and what time it is there. */
export function TimeZoneField() {
  const { t, i18n } = useLingui();
  const me = useMe();
  const now = useNow();
  const settings = useOwnSettings();
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set([me.time_zone, own, ...ZONES])];
  const time = formatTime({ i18n, zone: me.time_zone }, now);
  return (
    <div className={css.row}>
      <span className={css.label}>{t`Часовой пояс`}</span>
      <Select
        className={css.field}
        aria-label={t`Часовой пояс`}
        description={t`Сейчас там ${time}`}
        inputWrapperOrder={["input", "description"]}
        searchable
        allowDeselect={false}
        limit={60}
        data={[
          {
            value: OFFICE,
            label: me.has_own_time_zone ? t`Как в офисе` : t`Как в офисе: ${me.time_zone}`,
          },
          ...zones.map((zone) => ({ value: zone, label: zone })),
        ]}
        value={me.has_own_time_zone ? me.time_zone : OFFICE}
        nothingFoundMessage={t`Нет такого пояса`}
        error={settings.isError && t`Не сохранилось. Попробуйте ещё раз.`}
        onChange={(zone) => zone && settings.mutate({ time_zone: zone === OFFICE ? null : zone })}
      />
    </div>
  );
}
