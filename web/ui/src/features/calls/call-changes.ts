// A call that somebody has just changed by hand: this tab shows it at once, and so do the others.
import type { QueryClient } from "@tanstack/react-query";
import { hearTabs, tellTabs } from "@/lib/tabs";
import type { Call } from "@/lib/wire";
import { dispatch } from "./live-store";
import { notes } from "./notes-in-flight";
import { renewWrapUp } from "./wrap-up";

function show(call: Call): void {
  dispatch({ type: "local.call", call });
  renewWrapUp(call);
}

/** The server has answered with the call as it is now. */
export function callChanged(call: Call): void {
  show(call);
  tellTabs({ type: "call", call });
}

/** Take in what the other tabs did, until the returned function is called. */
export function followTabs(queries: QueryClient): () => void {
  return hearTabs((word) => {
    if (word.type === "note") notes().sentElsewhere(word.callId, word);
    if (word.type !== "call") return;
    show(word.call);
    for (const key of ["call", "timeline"]) void queries.invalidateQueries({ queryKey: [key] });
  });
}
