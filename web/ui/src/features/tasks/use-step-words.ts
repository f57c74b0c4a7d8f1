import { useLingui } from "@lingui/react/macro";
import type { NextStep } from "./due";

/** The usual moments in words. */
export function useStepWords(): Record<NextStep["id"], string> {
  const { t } = useLingui();
  return { tomorrow: t`завтра в 10:00`, hour: t`через час`, monday: t`в понедельник` };
}
