import { useLingui } from "@lingui/react/macro";
import { Problem } from "@/lib/problem";
import { reasonOf } from "@/lib/reasons";
import css from "./settings.module.css";

/** Why it was not saved: in the reader's language where the reason has a word, else as it came. */
export function FormFailure({ error }: { error: unknown }) {
  const { t, i18n } = useLingui();
  if (!error) return null;
  const isRefused = error instanceof Problem && error.status < 500;
  const detail = isRefused ? reasonOf(i18n, error) : "";
  return (
    <p className={css.failure} role="alert">
      {isRefused ? t`Не сохранено: ${detail}` : t`Не сохранилось. Попробуйте ещё раз.`}
    </p>
  );
}
