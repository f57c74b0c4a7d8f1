import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery } from "@tanstack/react-query";
import { KeyCap } from "@/components/key-cap";
import { isResultMissing } from "@/lib/problem";
import { useHotKey } from "@/lib/use-hot-key";
import type { Call, Disposition } from "@/lib/wire";
import { callChanged } from "./call-changes";
import { fetchDispositions, putDisposition } from "./calls-api";
import css from "./disposition-chips.module.css";

type Props = { call: Call; hasKeys: boolean; onChanged?: (call: Call) => void };

const LAST_KEY = 9;

/** What came of the talk: one click, one digit, or Alt and the digit while typing. */
export function DispositionChips({ call, hasKeys, onChanged }: Props) {
  const { t } = useLingui();
  const { data: dispositions = [] } = useDispositionsOf(call);
  const saving = useMutation({
    mutationFn: (code: string | null) => putDisposition(call.id, code),
    onSuccess: (saved) => {
      callChanged(saved);
      onChanged?.(saved);
    },
  });
  const chosen = saving.isPending ? saving.variables : call.disposition;
  const choose = (code: string) => saving.mutate(chosen === code ? null : code);
  return (
    <div>
      <div className={css.chips} role="group" aria-label={t`Итог разговора`}>
        {dispositions.map((disposition, index) => (
          <DispositionChip
            key={disposition.code}
            disposition={disposition}
            digit={hasKeys && index < LAST_KEY ? index + 1 : null}
            isChosen={chosen === disposition.code}
            onChoose={() => choose(disposition.code)}
          />
        ))}
      </div>
      {saving.isError && (
        <p className={css.failure} role="alert">
          {isResultMissing(saving.error)
            ? t`В этой очереди итог обязателен: выберите другой.`
            : t`Итог не сохранился. Выберите ещё раз.`}
        </p>
      )}
    </div>
  );
}

/** Every result there is, those that were put away too: calls name them. */
export const useDispositions = () =>
  useQuery({
    queryKey: ["dispositions"],
    queryFn: () => fetchDispositions(),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What can be chosen for a call: its queue may offer its own. */
const useDispositionsOf = ({ queue, pbx }: Call) =>
  useQuery({
    queryKey: ["dispositions", "of", queue && { queue, pbx }],
    queryFn: () => fetchDispositions({ queue: queue ?? "", pbx }),
    staleTime: 60_000,
  });

type ChipProps = {
  disposition: Disposition;
  digit: number | null;
  isChosen: boolean;
  onChoose: () => void;
};

function DispositionChip({ disposition, digit, isChosen, onChoose }: ChipProps) {
  const { i18n } = useLingui();
  useHotKey(`Digit${digit}`, onChoose, { isOn: digit !== null });
  useHotKey(`Alt+Digit${digit}`, onChoose, { whileTyping: true, isOn: digit !== null });
  return (
    <button type="button" className={css.chip} aria-pressed={isChosen} onClick={onChoose}>
      {i18n.locale === "en" ? disposition.titles.en : disposition.titles.ru}
      {digit !== null && <KeyCap>{digit}</KeyCap>}
    </button>
  );
}
