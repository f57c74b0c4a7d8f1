import { answerOf, api } from "@/lib/api";
import type { NewTask, TaskChange } from "@/lib/wire";

export type TaskSearch = {
  state?: "open" | "done" | "all";
  assignee?: string;
  is_unassigned?: boolean;
  client?: string;
  deal?: string;
  cursor?: string;
  limit?: number;
};

export const TASKS_KEY = ["tasks"] as const;
export const TASK_COUNTS_KEY = ["tasks", "counts"] as const;

const one = (id: string) => ({ path: { task_id: id } });

export const fetchTasks = (query: TaskSearch) =>
  answerOf(api.GET("/api/tasks", { params: { query } }));

export const fetchTaskCounts = () => answerOf(api.GET("/api/tasks/counts"));

export const createTask = (task: NewTask) => answerOf(api.POST("/api/tasks", { body: task }));

export const changeTask = (id: string, version: number, change: TaskChange) =>
  answerOf(api.PATCH("/api/tasks/{task_id}", { params: one(id), body: { version, ...change } }));

export const endTask = (id: string) =>
  answerOf(api.POST("/api/tasks/{task_id}/done", { params: one(id), body: { outcome: "done" } }));

export const reopenTask = (id: string) =>
  answerOf(api.POST("/api/tasks/{task_id}/reopen", { params: one(id) }));
