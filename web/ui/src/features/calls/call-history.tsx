import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Notice } from "@/components/notice";
import { Skeleton } from "@/components/skeleton";
import css from "@/features/clients/timeline.module.css";
import { serverNow } from "@/lib/clock";
import { dayOf } from "@/lib/format-time";
import { useFormat } from "@/lib/use-format";
import type { Call } from "@/lib/wire";
import { CallItem } from "./call-item";
import { fetchCallsOfNumber } from "./calls-api";
import { LiveItems, useLiveItems } from "./live-items";

/** This call on top, and below it the earlier calls of the same number. */
export function CallHistory({ call }: { call: Call }) {
  const { t } = useLingui();
  const format = useFormat();
  const onTop = useLiveItems({ callId: call.id }).map((item) => item.call.id);
  const earlier = useQuery({
    queryKey: ["number-calls", call.number],
    queryFn: () => fetchCallsOfNumber(call.number ?? ""),
    enabled: call.number !== null && !call.is_withheld,
  });
  const known = earlier.data ?? (call.status === "ended" ? [call] : []);
  const over = known.filter((one) => one.status === "ended" && !onTop.includes(one.id));
  const now = serverNow();
  return (
    <>
      <header className={css.head}>
        <h2 className={css.title}>{t`Звонки этого номера`}</h2>
      </header>
      <div className={css.feed}>
        <div className={css.inside}>
          <LiveItems callId={call.id} />
          {earlier.isLoading && <Skeleton lines={4} height={44} />}
          {over.map((one, index) => {
            const before = over[index - 1];
            const { zone } = format.place;
            const isNewDay =
              !before || dayOf(zone, before.started_at) !== dayOf(zone, one.started_at);
            return (
              <div key={one.id}>
                {isNewDay && <h3 className={css.day}>{format.dayHeading(one.started_at, now)}</h3>}
                <CallItem call={one} actor={null} />
              </div>
            );
          })}
          {over.length === 0 && onTop.length === 0 && !earlier.isLoading && (
            <Notice title={t`Раньше этот номер не звонил`} />
          )}
        </div>
      </div>
    </>
  );
}
