import { useLingui } from "@lingui/react/macro";
import { IconAlertTriangle, IconCheck, IconX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Button } from "@/components/button";
import settings from "@/features/settings/settings.module.css";
import type { PbxTest, PbxTestReport } from "@/lib/wire";
import { PbxFailure } from "./pbx-failure";
import css from "./pbx-links.module.css";
import { testPbxLink } from "./pbx-links-api";
import { usePbxWords } from "./use-pbx-words";

type Props = {
  /** What is to be tried, saved or not. */
  values: PbxTest;
  isOff?: boolean;
  onReport?: (report: PbxTestReport) => void;
};

const ICONS = { ok: IconCheck, warning: IconAlertTriangle, failed: IconX };

/** Tries a PBX and tells step by step what was found; nothing is saved. */
export function PbxLinkTest({ values, isOff, onReport }: Props) {
  const { t } = useLingui();
  const { stepWords } = usePbxWords();
  const trying = useMutation({ mutationFn: () => testPbxLink(values), onSuccess: onReport });
  const report = trying.data;
  const version = report?.version;
  const verdicts = { ok: t`в порядке`, warning: t`внимание`, failed: t`ошибка` };
  const milliseconds = report ? Math.round(report.seconds * 1000) : 0;
  return (
    <div className={css.test}>
      <div className={settings.actions}>
        <Button isBusy={trying.isPending} isOff={isOff} onClick={() => trying.mutate()}>
          {trying.isPending ? t`Проверяю…` : t`Проверить связь`}
        </Button>
      </div>
      <PbxFailure error={trying.error} />
      {report && (
        <div role="status" aria-label={t`Что показала проверка`}>
          <ol className={css.steps}>
            {report.steps.map((step) => {
              const { title, advice } = stepWords(step);
              const Icon = ICONS[step.verdict];
              return (
                <li key={`${step.step} ${step.code}`} data-verdict={step.verdict}>
                  <Icon size={18} stroke={2} role="img" aria-label={verdicts[step.verdict]} />
                  <div>
                    {title}
                    {advice && <p className={settings.quiet}>{advice}</p>}
                  </div>
                </li>
              );
            })}
          </ol>
          <p className={settings.quiet}>
            {version
              ? t`Asterisk ${version}, проверка заняла ${milliseconds} мс.`
              : t`Проверка заняла ${milliseconds} мс.`}
          </p>
        </div>
      )}
    </div>
  );
}
