import { useMutation, useQueryClient } from "@tanstack/react-query";
import { changeTask, endTask, reopenTask, TASKS_KEY } from "./tasks-api";

/** What can be done with a task from any list; every list is read anew afterwards. */
export function useTaskChanges() {
  const queries = useQueryClient();
  const onSettled = () => {
    for (const key of [TASKS_KEY, ["timeline"], ["deals"], ["deal"]]) {
      void queries.invalidateQueries({ queryKey: key });
    }
  };
  const end = useMutation({ mutationFn: endTask, onSettled });
  const reopen = useMutation({ mutationFn: reopenTask, onSettled });
  const snooze = useMutation({
    mutationFn: ({ id, version, at }: { id: string; version: number; at: number }) =>
      changeTask(id, version, { due_at: new Date(at).toISOString(), is_all_day: false }),
    onSettled,
  });
  return { end, reopen, snooze, refresh: onSettled };
}
