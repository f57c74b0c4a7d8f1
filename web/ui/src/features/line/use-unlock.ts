import { useEffect } from "react";
import { allowSound } from "./ringer";

/** The first touch of the page lets the sound out, whatever it was meant for. */
export function useUnlock(): void {
  useEffect(() => {
    const touched = () => void allowSound();
    const events = ["pointerdown", "keydown"] as const;
    for (const event of events) document.addEventListener(event, touched, true);
    return () => {
      for (const event of events) document.removeEventListener(event, touched, true);
    };
  }, []);
}
