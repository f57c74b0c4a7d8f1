import { useLingui } from "@lingui/react/macro";
import { fetchDispositions } from "@/features/calls/calls-api";
import { changeResult, createResult, orderResults, RESULTS_KEY } from "./office-api";
import { SettingsSection } from "./settings-section";
import { TitledCodes } from "./titled-codes";

/** What an agent can say came of a talk. */
export function ResultsSection() {
  const { t } = useLingui();
  return (
    <SettingsSection
      title={t`Итоги разговора`}
      lead={t`Что оператор выбирает после звонка: цифрой или одним щелчком. Какие итоги у какой очереди, выбирают в разделе «Очереди».`}
      objects={["disposition"]}
    >
      <TitledCodes
        queryKey={RESULTS_KEY}
        fetch={() => fetchDispositions()}
        words={{ fresh: t`Новый итог`, add: t`Добавить итог`, gone: t`убран` }}
        create={createResult}
        change={changeResult}
        move={(codes, place, to) => orderResults(moved(codes, place, to))}
      />
    </SettingsSection>
  );
}

function moved(codes: readonly string[], place: number, to: number): string[] {
  const others = codes.filter((_, index) => index !== place);
  return [...others.slice(0, to), ...codes.slice(place, place + 1), ...others.slice(to)];
}
