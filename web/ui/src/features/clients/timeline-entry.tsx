import { CallItem } from "@/features/calls/call-item";
import type { TimelineItem } from "@/lib/wire";
import { ChangeItem } from "./change-item";
import { NoteItem } from "./note-item";

/** One entry of the history, by its kind. A kind this page does not know is left out. */
export function TimelineEntry({ item, clientId }: { item: TimelineItem; clientId: string }) {
  if (item.call) return <CallItem call={item.call} actor={item.actor} />;
  if (item.note) return <NoteItem item={item} note={item.note} clientId={clientId} />;
  if (item.change) return <ChangeItem item={item} change={item.change} />;
  return null;
}
