import { type RefObject, useRef } from "react";
import { useHotKey } from "@/lib/use-hot-key";

/** Ctrl+F2: into the popup, and back to where one was. The only way the focus ever goes there unasked by Tab. */
export function useFocusKey(box: RefObject<HTMLElement | null>, isOn: boolean): void {
  const before = useRef<HTMLElement | null>(null);
  const toggle = () => {
    const active = document.activeElement;
    if (box.current?.contains(active)) {
      before.current?.focus();
      return;
    }
    before.current = active instanceof HTMLElement ? active : null;
    const buttons = box.current?.querySelectorAll<HTMLElement>("[data-primary], button, input");
    const primary = box.current?.querySelector<HTMLElement>("[data-primary]");
    (primary ?? buttons?.[0])?.focus();
  };
  useHotKey("Ctrl+F2", toggle, { whileTyping: true, isOn });
}
