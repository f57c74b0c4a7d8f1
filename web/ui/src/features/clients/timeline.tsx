import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { FilterTabs } from "@/components/filter-tabs";
import { LiveItems } from "@/features/calls/live-items";
import { useFormat } from "@/lib/use-format";
import type { Client } from "@/lib/wire";
import type { TimelineKind } from "./clients-api";
import { NoteComposer } from "./note-composer";
import css from "./timeline.module.css";
import { TimelineFeed } from "./timeline-feed";

type Props = { clientId: string; stats: Client["stats"] | null };

/** All that happened with a client, newest first, and the call that is happening on top. */
export function Timeline({ clientId, stats }: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const [kind, setKind] = useState<TimelineKind | null>(null);
  const calls = stats?.calls ?? 0;
  const count = plural(calls, {
    one: "# звонок",
    few: "# звонка",
    many: "# звонков",
    other: "# звонка",
  });
  const talk = stats && stats.talk_seconds > 0 ? format.duration(stats.talk_seconds) : null;
  return (
    <>
      <header className={css.head}>
        <FilterTabs
          label={t`Что показать`}
          value={kind ?? "all"}
          options={[
            { value: "all", label: t`Всё` },
            { value: "call", label: t`Звонки` },
            { value: "note", label: t`Заметки` },
            { value: "deal", label: t`Сделки` },
            { value: "task", label: t`Задачи` },
          ]}
          onChange={(value) => setKind(value === "all" ? null : value)}
        />
        {stats && <p className={css.stats}>{talk ? t`${count} · говорили ${talk}` : count}</p>}
      </header>
      <div className={css.feed}>
        <div className={css.inside}>
          {(kind === null || kind === "call") && <LiveItems clientId={clientId} />}
          {(kind === null || kind === "note") && <NoteComposer recordId={clientId} />}
          <TimelineFeed recordId={clientId} kind={kind} />
        </div>
      </div>
    </>
  );
}
