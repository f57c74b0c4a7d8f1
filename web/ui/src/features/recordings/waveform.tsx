import { useLingui } from "@lingui/react/macro";
import type { KeyboardEvent, MouseEvent } from "react";
import { formatTimer } from "@/lib/format-time";
import { barsOf } from "./bars";
import css from "./waveform.module.css";

const BARS = 150;
const STEP = 4;
const LANE = 26;

type Props = {
  peaks: readonly (readonly number[])[];
  duration: number;
  at: number;
  onSeek: (at: number) => void;
};

/** The sound, a lane for each side: ours above in blue, the client below in green. A click goes there. */
export function Waveform({ peaks, duration, at, onSeek }: Props) {
  const { t } = useLingui();
  const height = LANE * peaks.length;
  const done = duration > 0 ? Math.min(1, at / duration) : 0;
  const onClick = (event: MouseEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    onSeek(((event.clientX - box.left) / box.width) * duration);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -5, ArrowRight: 5, Home: -duration, End: duration }[event.code];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onSeek(Math.min(duration, Math.max(0, at + step)));
  };
  return (
    <div
      className={css.wave}
      role="slider"
      tabIndex={0}
      aria-label={t`Место в записи`}
      aria-valuemin={0}
      aria-valuemax={Math.round(duration)}
      aria-valuenow={Math.round(at)}
      aria-valuetext={formatTimer(at)}
      onClick={onClick}
      onKeyDown={onKeyDown}
    >
      <svg
        viewBox={`0 0 ${BARS * STEP} ${height}`}
        preserveAspectRatio="none"
        width="100%"
        height={height}
        aria-hidden="true"
      >
        {peaks.map((lane, side) => (
          <g key={side} data-side={side === 0 && peaks.length > 1 ? "ours" : "theirs"}>
            {barsOf(lane, BARS).map((bar, index) => (
              <rect
                key={index}
                data-played={(index + 0.5) / BARS <= done || undefined}
                x={index * STEP}
                y={side * LANE + LANE / 2 - Math.max(0.75, (bar * LANE) / 2 - 1)}
                width={STEP - 1.75}
                height={Math.max(1.5, bar * LANE - 2)}
                rx={1}
              />
            ))}
          </g>
        ))}
      </svg>
      {at > 0 && <span className={css.cursor} style={{ left: `${done * 100}%` }} />}
    </div>
  );
}
