import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { DialNumber } from "@/features/calling/dial-number";
import { CallIcon } from "@/features/calls/call-icon";
import { numberOf, titleOf } from "@/features/calls/call-names";
import { useDispositions } from "@/features/calls/disposition-chips";
import { callWord, isMissed, resultWord } from "@/features/calls/result-words";
import { useQueueTitle } from "@/features/calls/use-queue-title";
import { RecordingPlayer } from "@/features/recordings/recording-player";
import { useColleagues } from "@/features/session/use-colleagues";
import { TraceLink } from "@/features/trace/trace-link";
import { useNow } from "@/lib/clock";
import { useFormat } from "@/lib/use-format";
import type { Call } from "@/lib/wire";
import css from "./journal-page.module.css";

/** One call in one row. */
export function JournalRow({ call }: { call: Call }) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const now = useNow();
  const people = useColleagues();
  const { data: dispositions } = useDispositions();
  const missed = isMissed(call);
  const titles = dispositions?.find((one) => one.code === call.disposition)?.titles;
  const seat = call.handled_by ?? call.placed_by;
  const who = seat?.user_id ? people.get(seat.user_id) : null;
  const seconds = (value: number) => (value >= 1 ? format.duration(value) : "");
  const title = titleOf(i18n, call);
  const queue = useQueueTitle(call);
  const day = format.whenShort(call.started_at, now);
  const time = format.time(call.started_at);
  const handset = !call.is_withheld && (
    <span className={css.dial}>
      <DialNumber
        number={call.number}
        clientId={call.client?.id}
        name={call.client ? title : null}
      />
    </span>
  );
  return (
    <tr data-call={call.id}>
      <td>
        <div className={css.when}>
          <span className={css.icon} data-tone={missed ? "bad" : undefined}>
            <CallIcon call={call} />
          </span>
          <span>
            <span className="visually-hidden">{callWord(i18n, call)} </span>
            <time dateTime={call.started_at}>{day}</time>
            {day !== time && <span className={css.exact}>{time}</span>}
            {call.is_recovered && <span className={css.exact}>{t`восстановлен`}</span>}
          </span>
        </div>
      </td>
      <td className={css.who}>
        {call.client ? (
          <Link to="/clients/$clientId" params={{ clientId: call.client.id }}>
            {title}
          </Link>
        ) : (
          <Link to="/calls/$callId" params={{ callId: call.id }}>
            {title}
          </Link>
        )}
        {call.client ? (
          <span className={css.under}>
            {numberOf(call)}
            {handset}
          </span>
        ) : (
          handset
        )}
      </td>
      <td>{who ?? seat?.extension}</td>
      <td>{queue}</td>
      <td className={css.number}>{seconds(call.wait_seconds)}</td>
      <td className={css.number}>
        {seconds(call.talk_seconds) || (
          <span className={css.result} data-tone={missed ? "bad" : undefined}>
            {resultWord(i18n, call.result)}
          </span>
        )}
      </td>
      <td>{i18n.locale === "en" ? titles?.en : titles?.ru}</td>
      <td className={css.sound}>
        <TraceLink callId={call.id} className={css.trace} />
        {call.recordings.map((recording) => (
          <RecordingPlayer key={recording.id} recording={recording} />
        ))}
      </td>
    </tr>
  );
}
