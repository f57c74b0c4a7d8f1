import { useLingui } from "@lingui/react/macro";
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { formatTimer } from "@/lib/format-time";
import type { RecordingRef } from "@/lib/wire";
import { nextSpeed, pause, play, seek, setSpeed, usePlayer } from "./player-store";
import css from "./recording-player.module.css";
import { RecordingState } from "./recording-state";
import { fetchRecording, recordingKey } from "./recordings-api";
import { Waveform } from "./waveform";

const LOOK_AGAIN_MS = 2_000;
const SOON = new Set(["waiting", "processing"]);

/** A recording where it stands: its sound as a picture, and a button. What cannot be heard says why. */
export function RecordingPlayer({ recording: known }: { recording: RecordingRef }) {
  const { t } = useLingui();
  const { id } = known;
  const found = useQuery({
    queryKey: recordingKey(id),
    queryFn: () => fetchRecording(id),
    staleTime: 60_000,
    // One that is just being fetched appears by itself.
    refetchInterval: ({ state }) =>
      SOON.has(state.data?.state ?? known.state) ? LOOK_AGAIN_MS : false,
  });
  const { recordingId, isPlaying, at, speed, hasFailed } = usePlayer();
  const recording = found.data;
  const state = recording?.state ?? known.state;
  if (state !== "ready" && state !== "partial") return <RecordingState state={state} />;
  const isOpen = recordingId === id;
  const duration = recording?.duration_seconds ?? known.duration_seconds ?? 0;
  const place = isOpen ? at : 0;
  const isOn = isOpen && isPlaying;
  return (
    <div className={css.player} data-recording={id}>
      <button
        type="button"
        className={css.play}
        aria-label={isOn ? t`Пауза` : t`Слушать запись`}
        onClick={() => (isOn ? pause() : play(id))}
      >
        {isOn ? (
          <IconPlayerPauseFilled size={16} aria-hidden="true" />
        ) : (
          <IconPlayerPlayFilled size={16} aria-hidden="true" />
        )}
      </button>
      {recording?.peaks ? (
        <Waveform
          peaks={recording.peaks}
          duration={duration}
          at={place}
          onSeek={(to) => (isOpen ? seek(to) : play(id, to))}
        />
      ) : (
        <span className={css.blank} />
      )}
      <span className={css.time}>
        {isOpen ? `${formatTimer(place)} / ${formatTimer(duration)}` : formatTimer(duration)}
      </span>
      <button
        type="button"
        className={css.speed}
        aria-label={t`Скорость ${speed}, следующая ${nextSpeed(speed)}`}
        onClick={() => setSpeed(nextSpeed(speed))}
      >
        {String(speed).replace(".", ",")}×
      </button>
      {state === "partial" && <RecordingState state={state} />}
      {isOpen && hasFailed && (
        <p className={css.failure} role="alert">
          {t`Запись не проигрывается. Попробуйте ещё раз.`}
        </p>
      )}
    </div>
  );
}
