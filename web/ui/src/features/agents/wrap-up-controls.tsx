import { useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { Button } from "@/components/button";
import { extendWrapUp } from "./agents-api";
import { lineIs } from "./line-store";

type Props = { callId: string; onReady: () => void; onFailure: (error: Error) => void };

/** While the time for writing up runs: a little more of it, or none. */
export function WrapUpControls({ callId, onReady, onFailure }: Props) {
  const { t } = useLingui();
  const extension = useMutation({
    mutationFn: () => extendWrapUp(callId),
    onSuccess: lineIs,
    onError: onFailure,
  });
  return (
    <>
      <Button
        size="s"
        isBusy={extension.isPending}
        aria-label={t`Ещё 30 секунд на постобработку`}
        onClick={() => extension.mutate()}
      >{t`+30 с`}</Button>
      <Button size="s" kind="live" onClick={onReady}>{t`Готов`}</Button>
    </>
  );
}
