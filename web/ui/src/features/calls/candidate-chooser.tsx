import { useLingui } from "@lingui/react/macro";
import { IconHistory } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useNow } from "@/lib/clock";
import { useFormat } from "@/lib/use-format";
import type { Candidate } from "@/lib/wire";
import { callChanged } from "./call-changes";
import { putClient } from "./calls-api";
import css from "./candidate-chooser.module.css";

type Props = { callId: string; candidates: readonly Candidate[] };

/** Several clients share the number: who of them calls? The choice holds for this call, on every screen. */
export function CandidateChooser({ callId, candidates }: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const now = useNow();
  const choice = useMutation({
    mutationFn: (clientId: string) => putClient(callId, clientId),
    onSuccess: callChanged,
  });
  return (
    <fieldset className={css.chooser}>
      <legend>{t`Кто звонит?`}</legend>
      {candidates.map((candidate) => {
        const last = candidate.last_contact;
        const when =
          last && [format.when(last.at, now), last.user?.name].filter(Boolean).join(", ");
        return (
          <button
            key={candidate.id}
            type="button"
            disabled={choice.isPending}
            onClick={() => choice.mutate(candidate.id)}
          >
            <span className={css.name}>{candidate.name}</span>
            <span className={css.company}>{candidate.company?.name}</span>
            <span className={css.last}>{when || t`звонков не было`}</span>
            {candidate.last_chosen && <LastChosen chosen={candidate.last_chosen} />}
          </button>
        );
      })}
      {choice.isError && <p className={css.failure}>{t`Не сохранилось. Нажмите ещё раз.`}</p>}
    </fieldset>
  );
}

/** A hint and no more: the choice is always made by who hears the voice. */
function LastChosen({ chosen }: { chosen: NonNullable<Candidate["last_chosen"]> }) {
  const { t } = useLingui();
  const format = useFormat();
  const now = useNow();
  const when = format.when(chosen.at, now);
  const who = chosen.user?.name;
  return (
    <span className={css.chosen}>
      <IconHistory size={14} stroke={1.7} aria-hidden="true" />
      {who ? t`В прошлый раз выбрали: ${who}, ${when}` : t`В прошлый раз выбрали: ${when}`}
    </span>
  );
}
