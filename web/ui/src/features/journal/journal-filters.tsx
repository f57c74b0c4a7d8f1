import { useLingui } from "@lingui/react/macro";
import { Select } from "@mantine/core";
import { IconSearch, IconX } from "@tabler/icons-react";
import { useRef } from "react";
import { useDispositions } from "@/features/calls/disposition-chips";
import { useColleagues } from "@/features/session/use-colleagues";
import { serverNow } from "@/lib/clock";
import { useFormat } from "@/lib/use-format";
import { useHotKey } from "@/lib/use-hot-key";
import { atClock } from "@/lib/zoned";
import css from "./journal-filters.module.css";
import type { JournalSearch } from "./journal-search";

type Props = { search: JournalSearch; onChange: (search: JournalSearch) => void };

const MISSED = "abandoned,no_answer,busy,declined,failed";

/** What is asked, in chips and choices; all of it stands in the address. */
export function JournalFilters({ search, onChange }: Props) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const field = useRef<HTMLInputElement>(null);
  const people = useColleagues();
  const { data: dispositions = [] } = useDispositions();
  useHotKey("Slash", () => field.current?.focus());
  const set = (part: JournalSearch) => onChange({ ...search, ...part });
  const { zone } = format.place;
  const since = (days: number) => new Date(atClock(zone, serverNow(), -days, 0)).toISOString();
  const periods = [
    { days: 0, label: t`Сегодня` },
    { days: 7, label: t`7 дней` },
    { days: 30, label: t`30 дней` },
  ];
  const isMissed = search.direction === "inbound" && search.result === MISSED;
  const chip = (label: string, isOn: boolean, toggle: () => void) => (
    <button key={label} type="button" className={css.chip} aria-pressed={isOn} onClick={toggle}>
      {label}
    </button>
  );
  const inTime = search.answered_within;
  const slower = search.card_slower_ms;
  const told = [
    search.queue && t`очередь ${search.queue}`,
    search.result && !isMissed && search.result,
    search.status,
    inTime && t`отвечено за ${inTime} с и быстрее`,
    search.card === "unpainted" && t`карточку не увидели`,
    search.card === "painted" && !slower && t`карточку увидели`,
    slower && t`карточка через ${slower} мс и позже`,
    search.to && t`до ${format.whenShort(search.to, serverNow())}`,
  ].filter(Boolean);
  return (
    <div className={css.filters} role="search">
      <form
        className={css.search}
        onSubmit={(event) => {
          event.preventDefault();
          set({ q: field.current?.value.trim() || undefined });
        }}
      >
        <IconSearch size={16} stroke={1.7} aria-hidden="true" />
        <input
          ref={field}
          key={search.q ?? ""}
          defaultValue={search.q ?? ""}
          aria-label={t`Имя или номер`}
          placeholder={t`Имя или номер`}
        />
      </form>
      {periods.map(({ days, label }) => {
        const from = since(days);
        const isOn = search.from === from;
        return chip(label, isOn, () => set({ from: isOn ? undefined : from, to: undefined }));
      })}
      {chip(t`Пропущенные`, isMissed, () =>
        set(
          isMissed
            ? { direction: undefined, result: undefined }
            : { direction: "inbound", result: MISSED },
        ),
      )}
      {chip(t`Не перезвонили`, search.not_returned === true, () =>
        set({ not_returned: search.not_returned ? undefined : true }),
      )}
      {chip(t`Без карточки`, search.has_client === false, () =>
        set({ has_client: search.has_client === false ? undefined : false }),
      )}
      {chip(t`Без итога`, search.disposition === "none", () =>
        set({ disposition: search.disposition === "none" ? undefined : "none" }),
      )}
      {chip(t`С записью`, search.has_recording === true, () =>
        set({ has_recording: search.has_recording ? undefined : true }),
      )}
      {chip(t`Дольше минуты`, search.min_talk === 60, () =>
        set({ min_talk: search.min_talk === 60 ? undefined : 60 }),
      )}
      <Select
        className={css.select}
        size="sm"
        clearable
        searchable
        aria-label={t`Оператор`}
        placeholder={t`Оператор`}
        data={[...people].map(([value, label]) => ({ value, label }))}
        value={search.user ?? null}
        onChange={(user) => set({ user: user ?? undefined })}
        clearButtonProps={{ "aria-label": t`Любой оператор` }}
      />
      <Select
        className={css.select}
        size="sm"
        clearable
        aria-label={t`Итог`}
        placeholder={t`Итог`}
        data={dispositions.map(({ code, titles }) => ({
          value: code,
          label: (i18n.locale === "en" ? titles.en : titles.ru) ?? code,
        }))}
        value={search.disposition === "none" ? null : (search.disposition ?? null)}
        onChange={(disposition) => set({ disposition: disposition ?? undefined })}
        clearButtonProps={{ "aria-label": t`Любой итог` }}
      />
      {told.length > 0 && <span className={css.told}>{told.join(" · ")}</span>}
      {Object.values(search).some((value) => value !== undefined) && (
        <button type="button" className={css.reset} onClick={() => onChange({})}>
          <IconX size={15} stroke={1.7} aria-hidden="true" />
          {t`Сбросить`}
        </button>
      )}
    </div>
  );
}
