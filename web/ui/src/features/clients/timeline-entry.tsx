import { CallItem } from "@/features/calls/call-item";
import { DealItem } from "@/features/deals/deal-item";
import { TaskItem } from "@/features/tasks/task-item";
import type { TimelineItem } from "@/lib/wire";
import { ChangeItem } from "./change-item";
import { NoteItem } from "./note-item";

/** One entry of the history, by its kind. A kind this page does not know is left out. */
export function TimelineEntry({ item, recordId }: { item: TimelineItem; recordId: string }) {
  if (item.call) return <CallItem call={item.call} actor={item.actor} />;
  if (item.note) return <NoteItem item={item} note={item.note} recordId={recordId} />;
  if (item.kind === "deal" && item.change) {
    return <DealItem item={item} change={item.change} isOwn={recordId === item.change.deal_id} />;
  }
  if (item.kind === "task" && item.change) return <TaskItem item={item} change={item.change} />;
  if (item.change) return <ChangeItem item={item} change={item.change} />;
  return null;
}
