import { useLingui } from "@lingui/react/macro";
import { useEffect, useRef, useState } from "react";
import { titleOf } from "../call-names";
import type { LiveCall } from "../calls-state";

/** Says each new ring once to those who listen to the screen. Always there, or nobody would hear it. */
export function Announcer({ ringing }: { ringing: readonly LiveCall[] }) {
  const { t, i18n } = useLingui();
  const said = useRef(new Set<string>());
  const [text, setText] = useState("");
  const fresh = ringing.find((live) => live.isRingingHere && !said.current.has(live.id));
  useEffect(() => {
    if (!fresh) return;
    said.current.add(fresh.id);
    const who = titleOf(i18n, fresh.call, fresh);
    const { queue } = fresh.call;
    setText(queue ? t`Входящий: ${who}, очередь ${queue}` : t`Входящий: ${who}`);
  }, [fresh, i18n, t]);
  return (
    <div className="visually-hidden" role="alert" aria-live="assertive">
      {text}
    </div>
  );
}
