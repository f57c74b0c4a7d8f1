import { useEffect, useRef, useState } from "react";
import { keepOrder } from "./steady-order";

const AGAIN_MS = 5_000;

/** Rows in a steady order, put right again every five seconds unless the pointer is on them. */
export function useSteady<T>(sorted: readonly T[], idOf: (row: T) => string, isHeld: boolean): T[] {
  const latest = useRef(sorted);
  latest.current = sorted;
  const key = useRef(idOf);
  key.current = idOf;
  const [order, setOrder] = useState(() => sorted.map(idOf));
  useEffect(() => {
    if (isHeld) return;
    const renew = () => setOrder(latest.current.map(key.current));
    renew();
    const timer = setInterval(renew, AGAIN_MS);
    return () => clearInterval(timer);
  }, [isHeld]);
  return keepOrder(sorted, idOf, order);
}
