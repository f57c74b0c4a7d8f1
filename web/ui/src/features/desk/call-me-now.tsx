import { useLingui } from "@lingui/react/macro";
import { IconPhoneIncoming } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Button } from "@/components/button";
import { callMeNow } from "@/features/calls/calls-api";
import css from "./call-me-now.module.css";

/** Only in the demo: somebody rings at once. */
export function CallMeNow() {
  const { t } = useLingui();
  const ring = useMutation({ mutationFn: callMeNow });
  return (
    <div className={css.box}>
      <Button kind="live" isBusy={ring.isPending} onClick={() => ring.mutate()}>
        <IconPhoneIncoming size={18} stroke={1.7} aria-hidden="true" />
        {t`Позвонить мне сейчас`}
      </Button>
      {ring.isError && (
        <p className={css.failure} role="alert">
          {t`Не вышло. Попробуйте ещё раз.`}
        </p>
      )}
    </div>
  );
}
