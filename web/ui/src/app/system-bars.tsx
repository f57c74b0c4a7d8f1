import { useLingui } from "@lingui/react/macro";
import {
  IconArmchairOff,
  IconPhoneOff,
  IconPlugConnectedX,
  IconVolumeOff,
} from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { seenTaken } from "@/features/agents/line-store";
import { useTakenPhone } from "@/features/agents/use-taken-phone";
import { useLive } from "@/features/calls/live-store";
import { allowSound, useRinger } from "@/features/line/ringer";
import { useFormat } from "@/lib/use-format";
import css from "./system-bars.module.css";

const PATIENCE_MS = 2000;

/** One line under the call bar, only when what is on the screen may be wrong. */
export function SystemBars() {
  const { t } = useLingui();
  const format = useFormat();
  const lostAt = useLive((live) => live.lostAt);
  const down = useLive(({ calls }) =>
    calls.links
      .filter((link) => !link.is_up)
      .map((link) => link.pbx)
      .join(", "),
  );
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (lostAt === null) return;
    const timer = setTimeout(() => setLong(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [lostAt]);
  const taken = useTakenPhone();
  const isMute = useRinger((ringer) => ringer.isRinging && ringer.isRefused);
  const heard = lostAt === null ? "" : format.exactTime(lostAt);
  return (
    <div className={css.bars} role="status">
      {lostAt !== null && isLong && (
        <p className={css.bar} data-tone="warn">
          <IconPlugConnectedX size={16} stroke={1.7} aria-hidden="true" />
          {t`Нет связи с сервером, последние данные ${heard}`}
        </p>
      )}
      {down && (
        <p className={css.bar} data-tone="bad">
          <IconPhoneOff size={16} stroke={1.7} aria-hidden="true" />
          {t`АТС недоступна (${down}): новые звонки не видны, пока она не вернётся`}
        </p>
      )}
      {taken && (
        <button type="button" className={css.bar} data-tone="warn" onClick={seenTaken}>
          <IconArmchairOff size={16} stroke={1.7} aria-hidden="true" />
          {t`За телефоном ${taken.extension} теперь ${taken.byName}: его звонки вам больше не показываются. Понятно`}
        </button>
      )}
      {isMute && (
        <button
          type="button"
          className={css.bar}
          data-tone="warn"
          onClick={() => void allowSound()}
        >
          <IconVolumeOff size={16} stroke={1.7} aria-hidden="true" />
          {t`Браузер не даёт включить звук звонка. Нажмите здесь, и он заиграет`}
        </button>
      )}
    </div>
  );
}
