import { useLingui } from "@lingui/react/macro";
import { Problem } from "@/lib/problem";
import css from "./settings.module.css";

/** Why it was not saved. What the server says of a value is shown as it said it. */
export function FormFailure({ error }: { error: unknown }) {
  const { t } = useLingui();
  if (!error) return null;
  const isRefused = error instanceof Problem && error.status < 500;
  const detail = isRefused ? error.message : "";
  return (
    <p className={css.failure} role="alert">
      {isRefused ? t`Не сохранено: ${detail}` : t`Не сохранилось. Попробуйте ещё раз.`}
    </p>
  );
}
