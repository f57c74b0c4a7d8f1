import { useLingui } from "@lingui/react/macro";
import {
  type Icon,
  IconArrowBackUp,
  IconArrowForwardUp,
  IconParking,
  IconPhoneOff,
  IconUsers,
} from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Problem } from "@/lib/problem";
import type { Call } from "@/lib/wire";
import css from "./call-controls.module.css";
import { cancelTransfer, completeTransfer, hangUp, parkCall } from "./calling-api";
import { endConsultation, useConsultation } from "./consultation";
import { refusalOf } from "./order-words";
import { useLineTrouble } from "./use-line";

const TransferPalette = lazy(async () => ({
  default: (await import("./transfer-palette")).TransferPalette,
}));

type Props = {
  call: Call;
  /** In the call bar: handsets without words. */
  isNarrow?: boolean;
};

/** What can be done with a talk of mine. While a colleague is asked, how that ends. */
export function CallControls({ call, isNarrow = false }: Props) {
  const { t, i18n } = useLingui();
  const trouble = useLineTrouble();
  const consultation = useConsultation();
  const [isPassingOn, setPassingOn] = useState(false);
  const asking = useMutation({ mutationFn: (command: () => Promise<unknown>) => command() });
  const isAsked = consultation.callId === call.id;
  const isTalk = call.answered_at !== null;
  const endBy = (command: (id: string) => Promise<unknown>) => async () => {
    try {
      await command(call.id);
      endConsultation();
    } catch (error) {
      // Whoever was asked has hung up meanwhile: there is nothing to join or to go back from.
      if (error instanceof Problem && error.status === 409) endConsultation();
      throw error;
    }
  };
  const button = (word: string, ButtonIcon: Icon, run: () => void, tone?: string) => (
    <button
      type="button"
      className={css.button}
      data-tone={tone}
      data-narrow={isNarrow || undefined}
      aria-disabled={trouble !== null || asking.isPending || undefined}
      aria-label={word}
      title={trouble ?? word}
      onClick={() => trouble === null && !asking.isPending && run()}
    >
      <ButtonIcon size={17} stroke={1.7} aria-hidden="true" />
      {!isNarrow && word}
    </button>
  );
  const end = (command: (id: string) => Promise<unknown>) => () => asking.mutate(endBy(command));
  return (
    <div className={css.controls} role="group" aria-label={t`Управление звонком`}>
      {isAsked ? (
        <>
          {button(t`Соединить с ${consultation.to}`, IconUsers, end(completeTransfer))}
          {button(t`Вернуться к собеседнику`, IconArrowBackUp, end(cancelTransfer))}
        </>
      ) : (
        isTalk && (
          <>
            {button(t`Перевести`, IconArrowForwardUp, () => setPassingOn(true))}
            {button(t`Парковка`, IconParking, end(parkCall))}
          </>
        )
      )}
      {button(t`Завершить`, IconPhoneOff, end(hangUp), "bad")}
      {asking.isError && (
        <span className={css.failure} role="alert">
          {refusalOf(i18n, asking.error)}
        </span>
      )}
      {isPassingOn && (
        <Suspense>
          <TransferPalette call={call} onClose={() => setPassingOn(false)} />
        </Suspense>
      )}
    </div>
  );
}
