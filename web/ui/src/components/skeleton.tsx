import { useEffect, useState } from "react";
import css from "./skeleton.module.css";

const PATIENCE_MS = 150;

/** Lines where text will be. Shown only when the wait is long enough to notice. */
export function Skeleton({ lines = 3, height = 16 }: { lines?: number; height?: number }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={css.skeleton} aria-hidden="true" data-shown={isShown}>
      {Array.from({ length: lines }, (_, index) => index).map((index) => (
        <i key={index} style={{ height, width: `${92 - ((index * 37) % 48)}%` }} />
      ))}
    </div>
  );
}
