import { useLingui } from "@lingui/react/macro";
import {
  changeReason,
  createReason,
  fetchReasons,
  REASONS_KEY,
} from "@/features/agents/agents-api";
import { SettingsSection } from "./settings-section";
import { TitledCodes } from "./titled-codes";

/** Why an agent takes no calls from queues. */
export function PausesSection() {
  const { t } = useLingui();
  return (
    <SettingsSection
      title={t`Причины перерыва`}
      lead={t`Что оператор выбирает, уходя на перерыв: его не зовут ни из одной очереди, пока он не вернётся.`}
      objects={["pause_reason"]}
    >
      <TitledCodes
        queryKey={REASONS_KEY}
        fetch={fetchReasons}
        words={{ fresh: t`Новая причина`, add: t`Добавить причину`, gone: t`убрана` }}
        create={createReason}
        change={changeReason}
        move={(codes, place, to) => changeReason(codes[place] ?? "", { position: to })}
      />
    </SettingsSection>
  );
}
