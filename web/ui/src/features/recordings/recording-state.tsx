import { useLingui } from "@lingui/react/macro";
import { IconMicrophoneOff } from "@tabler/icons-react";
import type { RecordingRef } from "@/lib/wire";
import css from "./recording-player.module.css";

/** Why a recording cannot be heard, or what is amiss with it. */
export function RecordingState({ state }: { state: RecordingRef["state"] }) {
  const { t } = useLingui();
  const words: Partial<Record<RecordingRef["state"], [string, "bad" | "warn" | undefined]>> = {
    waiting: [t`Запись появится через несколько секунд`, undefined],
    processing: [t`Запись обрабатывается`, undefined],
    partial: [t`запись оборвана`, "warn"],
    silent: [t`Запись без звука`, undefined],
    missing: [t`Файл записи не найден на АТС, проверяем снова`, "warn"],
    failed: [t`Запись не читается`, "bad"],
    deleted: [t`Запись удалена по сроку хранения`, undefined],
  };
  const [text, tone] = words[state] ?? [t`Записи нет`, undefined];
  return (
    <p className={css.state} data-tone={tone}>
      <IconMicrophoneOff size={15} stroke={1.7} aria-hidden="true" />
      {text}
    </p>
  );
}
