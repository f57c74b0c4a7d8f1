import { useEffect, useRef, useState } from "react";

const GUARD_MS = 300;

/** True just after the cards moved: a click meant for what stood there before must not hit them. */
export function useGuard(arrangement: string): boolean {
  const [isGuarded, setGuarded] = useState(arrangement !== "");
  const before = useRef(arrangement);
  if (before.current !== arrangement) {
    before.current = arrangement;
    if (!isGuarded) setGuarded(true);
  }
  useEffect(() => {
    if (arrangement === "") return;
    const timer = setTimeout(() => setGuarded(false), GUARD_MS);
    return () => clearTimeout(timer);
  }, [arrangement]);
  return isGuarded;
}
