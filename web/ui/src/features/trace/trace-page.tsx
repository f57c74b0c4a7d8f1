import { useLingui } from "@lingui/react/macro";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { FilterTabs } from "@/components/filter-tabs";
import { LoadFailure } from "@/components/load-failure";
import { Notice } from "@/components/notice";
import { Skeleton } from "@/components/skeleton";
import { titleOf } from "@/features/calls/call-names";
import { useFormat } from "@/lib/use-format";
import type { CallTrace } from "@/lib/wire";
import { exportAddress, fetchTrace } from "./trace-api";
import { entriesOf, type Source } from "./trace-entries";
import { TraceNotes } from "./trace-notes";
import css from "./trace-page.module.css";
import { TraceRow } from "./trace-row";

/** The black box of one call: why a card opened, or did not. */
export function TracePage() {
  const { t } = useLingui();
  const { callId } = useParams({ from: "/calls/$callId/trace" });
  const asked = useQuery({
    queryKey: ["trace", callId],
    queryFn: () => fetchTrace(callId),
    retry: false,
  });
  return (
    <div className={css.page}>
      {asked.data ? (
        <Trace trace={asked.data} />
      ) : (
        <div className={css.head}>
          <h1>{t`Разбор звонка`}</h1>
          {asked.isError ? (
            <LoadFailure error={asked.error} onRetry={() => void asked.refetch()} />
          ) : (
            <Skeleton lines={8} height={24} />
          )}
        </div>
      )}
    </div>
  );
}

function Trace({ trace }: { trace: CallTrace }) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const [only, setOnly] = useState<Source | "all">("all");
  const { call, tape } = trace;
  const entries = entriesOf(trace, only);
  const began = format.exactTime(call.started_at);
  return (
    <>
      <header className={css.head}>
        <div className={css.line}>
          <h1>{t`Разбор звонка`}</h1>
          <Link to="/calls/$callId" params={{ callId: call.id }}>
            {titleOf(i18n, call)}
          </Link>
          <span className={css.at}>
            {t`начало ${began}, АТС ${call.pbx}, версия разбора ${tape.tracker_version}`}
          </span>
          <a className={css.export} href={exportAddress(call.id)} download>
            <IconDownload size={16} stroke={1.7} aria-hidden="true" />
            {t`Выгрузить без номеров и имён`}
          </a>
        </div>
        <TraceNotes trace={trace} />
        <FilterTabs
          label={t`Кто говорит`}
          value={only}
          onChange={setOnly}
          options={[
            { value: "all", label: t`Всё` },
            { value: "pbx", label: t`АТС` },
            { value: "allo", label: "Allo" },
            { value: "screen", label: t`Экраны` },
          ]}
        />
      </header>
      {entries.length === 0 ? (
        <Notice title={t`Здесь ничего нет`} />
      ) : (
        <ol className={css.entries}>
          {entries.map((entry) => (
            <TraceRow key={entry.key} entry={entry} />
          ))}
        </ol>
      )}
    </>
  );
}
