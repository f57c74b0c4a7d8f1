import { useLingui } from "@lingui/react";
import { useMemo } from "react";
import { useZone } from "@/features/session/session-context";
import {
  dayHeading,
  formatDuration,
  formatExactTime,
  formatTime,
  type Place,
  whenInWords,
  whenShort,
} from "./format-time";

/** Times and durations in the reader's language and zone. */
export function useFormat() {
  const { i18n } = useLingui();
  const zone = useZone();
  const locale = i18n.locale;
  return useMemo(() => {
    const place: Place = { i18n, zone };
    return {
      locale,
      place,
      time: (at: string | number) => formatTime(place, at),
      exactTime: (at: string | number) => formatExactTime(place, at),
      duration: (seconds: number) => formatDuration(place, seconds),
      dayHeading: (at: string, now: number) => dayHeading(place, at, now),
      when: (at: string, now: number) => whenInWords(place, at, now),
      whenShort: (at: string, now: number) => whenShort(place, at, now),
    };
  }, [i18n, zone, locale]);
}

export type Format = ReturnType<typeof useFormat>;
