import { answerOf, api } from "@/lib/api";
import type { DealChange, NewDeal } from "@/lib/wire";

export type DealSearch = {
  pipeline?: string;
  stage?: string;
  status?: "open" | "won" | "lost";
  owner?: string;
  client?: string;
  q?: string;
  without_task?: boolean;
  cursor?: string;
  limit?: number;
};

export const DEALS_KEY = ["deals"] as const;
export const PIPELINES_KEY = ["pipelines"] as const;
export const dealKey = (id: string) => ["deal", id] as const;
export const boardKey = (pipeline: string | null) => ["deals", "board", pipeline] as const;
export const clientDealsKey = (clientId: string) => ["deals", "of", clientId] as const;

const one = (id: string) => ({ path: { deal_id: id } });

export const fetchPipelines = () =>
  answerOf(api.GET("/api/pipelines")).then((found) => found.items);

export const fetchDeals = (query: DealSearch) =>
  answerOf(api.GET("/api/deals", { params: { query } }));

export const fetchBoard = (pipeline: string | null) =>
  answerOf(
    api.GET("/api/deals/board", {
      params: { query: { limit: 30, ...(pipeline && { pipeline }) } },
    }),
  );

export const fetchColumn = (stageId: string, cursor: string) =>
  answerOf(
    api.GET("/api/deals/board/{stage_id}", {
      params: { path: { stage_id: stageId }, query: { limit: 30, cursor } },
    }),
  );

export const fetchDeal = (id: string) =>
  answerOf(api.GET("/api/deals/{deal_id}", { params: one(id) }));

export const createDeal = (deal: NewDeal) => answerOf(api.POST("/api/deals", { body: deal }));

export const changeDeal = (id: string, version: number, change: DealChange) =>
  answerOf(api.PATCH("/api/deals/{deal_id}", { params: one(id), body: { version, ...change } }));

export type Move = { dealId: string; stageId: string; lostReason?: string };

export const moveDeal = ({ dealId, stageId, lostReason }: Move) =>
  answerOf(
    api.POST("/api/deals/{deal_id}/move", {
      params: one(dealId),
      body: { stage_id: stageId, ...(lostReason ? { lost_reason: lostReason } : {}) },
    }),
  );
