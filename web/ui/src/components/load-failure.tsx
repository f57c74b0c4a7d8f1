import { useLingui } from "@lingui/react/macro";
import { Problem, ServerUnreachable } from "@/lib/problem";
import { Button } from "./button";
import { Notice } from "./notice";

type Props = { error: unknown; onRetry: () => void };

/** What could not be shown, why, and the way to try again. */
export function LoadFailure({ error, onRetry }: Props) {
  const { t } = useLingui();
  const isAway = error instanceof ServerUnreachable;
  const isForbidden = error instanceof Problem && error.status === 403;
  const code = error instanceof Problem ? error.code : "";
  const title = isForbidden
    ? t`Сюда нет доступа`
    : isAway
      ? t`Сервер не отвечает`
      : t`Не удалось загрузить`;
  const text = isForbidden
    ? t`Доступ открывает администратор.`
    : isAway
      ? t`Когда связь вернётся, данные загрузятся сами.`
      : code && t`Код ошибки: ${code}`;
  return (
    <div role="alert">
      <Notice
        title={title}
        action={!isForbidden && <Button onClick={onRetry}>{t`Повторить`}</Button>}
      >
        {text}
      </Notice>
    </div>
  );
}
