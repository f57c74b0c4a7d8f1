import { type RefObject, useEffect } from "react";

/** Tells the page how high the popup is, so that what lies beneath can be scrolled into view. */
export function usePopupSpace(box: RefObject<HTMLElement | null>, isOn: boolean): void {
  useEffect(() => {
    const root = document.documentElement;
    const element = box.current;
    if (!isOn || !element || typeof ResizeObserver === "undefined") return;
    const measure = new ResizeObserver(() => {
      root.style.setProperty("--popup-height", `${element.offsetHeight + 24}px`);
    });
    measure.observe(element);
    return () => {
      measure.disconnect();
      root.style.removeProperty("--popup-height");
    };
  }, [box, isOn]);
}
