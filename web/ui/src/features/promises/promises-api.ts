import { answerOf, api } from "@/lib/api";

export const promisesKey = (callId: string) => ["promises", callId] as const;

const one = (id: string) => ({ path: { call_id: id } });

export const fetchPromises = async (callId: string) =>
  (await answerOf(api.GET("/api/calls/{call_id}/promises", { params: one(callId) }))).items;

export const makePromise = (callId: string, text: string, dueAt: number) =>
  answerOf(
    api.POST("/api/calls/{call_id}/promises", {
      params: one(callId),
      body: { text, due_at: new Date(dueAt).toISOString() },
    }),
  );

export const withdrawPromise = (id: string) =>
  answerOf(
    api.POST("/api/promises/{promise_id}/withdraw", { params: { path: { promise_id: id } } }),
  );
