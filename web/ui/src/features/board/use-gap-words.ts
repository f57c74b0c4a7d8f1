import { useLingui } from "@lingui/react/macro";
import { serverNow } from "@/lib/clock";
import { useFormat } from "@/lib/use-format";
import type { Board } from "@/lib/wire";

type Gap = Board["gaps"][number];

/** A gap in one line: when a PBX was not heard, and what its own records gave back of it. */
export function useGapWords(): (gap: Gap) => string {
  const { t } = useLingui();
  const format = useFormat();
  const now = serverNow();
  const moment = (at: string) => {
    const [day, time] = [format.whenShort(at, now), format.time(at)];
    return day === time ? time : `${day} ${time}`;
  };
  const recovered = ({ recovery, recovered: calls, without_agent: nobodys }: Gap) => {
    if (calls > 0)
      return nobodys > 0
        ? t`восстановлено звонков: ${calls}, из них без оператора: ${nobodys}`
        : t`восстановлено звонков: ${calls}`;
    if (recovery === "failed") return t`записи АТС о звонках не прочитать`;
    if (recovery === "pending") return t`ищем звонки в записях АТС`;
    return recovery === "done" ? t`других звонков в записях АТС нет` : null;
  };
  return (gap) => {
    const from = moment(gap.from_at);
    const to = gap.to_at && moment(gap.to_at);
    if (!to) return t`АТС «${gap.pbx}» не слышно с ${from}`;
    const told = t`АТС «${gap.pbx}» не было слышно: ${from} – ${to}`;
    const more = recovered(gap);
    return more ? `${told} · ${more}` : told;
  };
}
