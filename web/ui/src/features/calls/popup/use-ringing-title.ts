import { useLingui } from "@lingui/react/macro";
import { useEffect } from "react";
import { titleOf } from "../call-names";
import type { LiveCall } from "../calls-state";

const TITLE = "Allo";

/** While somebody rings, the tab says who: it may be the only part of the page that is seen. */
export function useRingingTitle(ringing: LiveCall | null): void {
  const { t, i18n } = useLingui();
  const who = ringing && titleOf(i18n, ringing.call, ringing);
  useEffect(() => {
    document.title = who ? t`${who} звонит` : TITLE;
    return () => {
      document.title = TITLE;
    };
  }, [who, t]);
}
