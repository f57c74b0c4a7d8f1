import { answerOf, api } from "@/lib/api";

export const fetchTrace = (id: string) =>
  answerOf(api.GET("/api/calls/{call_id}/trace", { params: { path: { call_id: id } } }));

/** Where the browser fetches the archive by itself. */
export const exportAddress = (id: string) => `/api/calls/${id}/trace/export`;
