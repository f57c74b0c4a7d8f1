import { answerOf, api } from "@/lib/api";

export type MissedSearch = {
  state?: "outstanding" | "settled" | "written_off" | "all";
  mine?: boolean;
  q?: string;
  cursor?: string;
  limit?: number;
};

export const MISSED_KEY = ["missed-calls"] as const;
export const MISSED_BOOKS_KEY = ["missed-calls", "books"] as const;

const one = (id: string) => ({ path: { missed_call_id: id } });

export const fetchMissedCalls = (query: MissedSearch) =>
  answerOf(api.GET("/api/missed-calls", { params: { query } }));

export const fetchMissedBooks = (query: { from?: string } = {}) =>
  answerOf(api.GET("/api/missed-calls/summary", { params: { query } }));

export const claimMissedCall = (id: string) =>
  answerOf(api.POST("/api/missed-calls/{missed_call_id}/claim", { params: one(id) }));

export const releaseMissedCall = (id: string) =>
  answerOf(api.DELETE("/api/missed-calls/{missed_call_id}/claim", { params: one(id) }));

export const writeOffMissedCall = (id: string, reason: string) =>
  answerOf(
    api.POST("/api/missed-calls/{missed_call_id}/write-off", { params: one(id), body: { reason } }),
  );
