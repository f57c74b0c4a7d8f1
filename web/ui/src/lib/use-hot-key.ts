import { useEffect, useRef } from "react";
import { type HotKey, hotKeys } from "./hot-keys";

type Options = { whileTyping?: boolean; isOn?: boolean; isMeant?: HotKey["isMeant"] };

/** A key that works while the component is there. */
export function useHotKey(keys: string, run: HotKey["run"], options: Options = {}): void {
  const latest = useRef(run);
  latest.current = run;
  const meant = useRef(options.isMeant);
  meant.current = options.isMeant;
  const { whileTyping = false, isOn = true } = options;
  useEffect(() => {
    if (!isOn) return;
    return hotKeys.add({
      keys,
      whileTyping,
      run: (event) => latest.current(event),
      isMeant: (target) => meant.current?.(target) ?? true,
    });
  }, [keys, whileTyping, isOn]);
}
