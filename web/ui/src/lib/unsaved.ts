// What is being written right now. While something is, nothing may turn the page by itself.
import { useEffect } from "react";
import { isTyping } from "./hot-keys";

const writing = new Set<symbol>();

/** Say that this component holds text which the server does not have yet. */
export function useUnsaved(isUnsaved: boolean): void {
  useEffect(() => {
    if (!isUnsaved) return;
    const mark = Symbol("unsaved");
    writing.add(mark);
    return () => {
      writing.delete(mark);
    };
  }, [isUnsaved]);
}

/** Whether somebody is in the middle of something on this page. */
export function isSomethingUnsaved(): boolean {
  if (writing.size > 0) return true;
  const active = document.activeElement;
  if (!isTyping(active)) return false;
  return active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement
    ? active.value !== ""
    : true;
}
