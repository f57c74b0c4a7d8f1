import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "@/components/button";
import { changeLine, useLineSettings } from "@/features/line/line-settings";
import { allowSound, ringBriefly } from "@/features/line/ringer";
import { askForNotices, noticeLeave } from "@/features/line/system-notices";
import css from "./profile-page.module.css";

/** How a ringing phone makes itself known on this machine: its sound, and messages of the system. */
export function LineSection() {
  const { t } = useLingui();
  const { hasSound, volume } = useLineSettings();
  const tryOut = async () => {
    await allowSound();
    ringBriefly(volume);
  };
  return (
    <>
      <div className={css.row}>
        <span className={css.label}>{t`Звук звонка`}</span>
        <input
          type="checkbox"
          className={css.check}
          aria-label={t`Звук звонка`}
          checked={hasSound}
          onChange={(event) => changeLine({ hasSound: event.currentTarget.checked })}
        />
      </div>
      <div className={css.row}>
        <span className={css.label}>{t`Громкость`}</span>
        <div className={css.volume}>
          <input
            type="range"
            className={css.slider}
            aria-label={t`Громкость звонка`}
            aria-valuetext={`${volume} %`}
            min={5}
            max={100}
            step={5}
            value={volume}
            disabled={!hasSound}
            onChange={(event) => changeLine({ volume: event.currentTarget.valueAsNumber })}
          />
          <Button size="s" isOff={!hasSound} onClick={() => void tryOut()}>{t`Послушать`}</Button>
        </div>
      </div>
      <NoticeRow />
      <p className={css.hint}>
        {t`Действует в этом браузере. Звонит одна вкладка, сколько бы их ни было открыто.`}
      </p>
    </>
  );
}

function NoticeRow() {
  const { t } = useLingui();
  const { hasNotices } = useLineSettings();
  const [leave, setLeave] = useState(noticeLeave);
  const choose = async (wanted: boolean) => {
    if (!wanted) return changeLine({ hasNotices: false });
    const answer = await askForNotices();
    setLeave(answer);
    changeLine({ hasNotices: answer === "granted" });
  };
  const words = {
    granted: t`Когда ни одна вкладка Allo не видна. Имени и номера в сообщении нет: его видно и на заблокированном экране.`,
    default: t`Когда ни одна вкладка Allo не видна. Браузер спросит разрешения.`,
    denied: t`Браузер запретил сообщения. Разрешите их для этого сайта в настройках браузера.`,
    unavailable: t`Для сообщений нужен адрес, который начинается с https.`,
  };
  const isPossible = leave === "granted" || leave === "default";
  return (
    <div className={css.row}>
      <span className={css.label}>{t`Сообщения системы`}</span>
      <div className={css.notices}>
        <input
          type="checkbox"
          className={css.check}
          aria-label={t`Сообщения системы`}
          checked={hasNotices && leave === "granted"}
          disabled={!isPossible}
          onChange={(event) => void choose(event.currentTarget.checked)}
        />
        <p className={css.hint} role="status">
          {words[leave]}
        </p>
      </div>
    </div>
  );
}
