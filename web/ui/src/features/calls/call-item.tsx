import { useLingui } from "@lingui/react/macro";
import { Tag } from "@/components/tag";
import { TimelineRow } from "@/features/clients/timeline-row";
import { RecordingPlayer } from "@/features/recordings/recording-player";
import { useFormat } from "@/lib/use-format";
import type { Call, Named } from "@/lib/wire";
import { CallIcon } from "./call-icon";
import css from "./call-item.module.css";
import { useDispositions } from "./disposition-chips";
import { callWord, isMissed, resultWord } from "./result-words";
import { useQueueTitle } from "./use-queue-title";

type Props = { call: Call; actor: Named | null };

/** A finished call in the history. A missed one is a line; a talk is a card with what was written of it. */
export function CallItem({ call, actor }: Props) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const queue = useQueueTitle(call);
  const { data: dispositions } = useDispositions();
  const missed = isMissed(call);
  const titles = dispositions?.find((one) => one.code === call.disposition)?.titles;
  const disposition = i18n.locale === "en" ? titles?.en : titles?.ru;
  const waited = format.duration(call.wait_seconds);
  const hasWaited = call.direction === "inbound" && call.wait_seconds >= 1;
  const facts = [
    actor?.name,
    call.talk_seconds > 0 && format.duration(call.talk_seconds),
    missed ? null : resultWord(i18n, call.result),
    hasWaited && (missed ? t`ожидание ${waited}` : t`ждали ответа ${waited}`),
    queue && t`очередь «${queue}»`,
    call.is_recovered && t`восстановлен`,
  ].filter(Boolean);
  return (
    <TimelineRow icon={<CallIcon call={call} />} tone={missed ? "bad" : toneOf(call)}>
      <article className={css.item} data-missed={missed || undefined}>
        <header className={css.head}>
          <h3>{callWord(i18n, call)}</h3>
          <span className={css.facts}>{facts.join(" · ")}</span>
          {disposition && <Tag tone="accent">{disposition}</Tag>}
          <time className={css.time} dateTime={call.started_at}>
            {format.time(call.started_at)}
          </time>
        </header>
        {call.recordings.map((recording) => (
          <RecordingPlayer key={recording.id} recording={recording} />
        ))}
        {call.note && <p className={css.note}>{call.note}</p>}
      </article>
    </TimelineRow>
  );
}

const toneOf = (call: Call) => (call.direction === "inbound" ? "live" : "plain");
