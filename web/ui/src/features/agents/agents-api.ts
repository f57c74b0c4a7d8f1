import { answerOf, api } from "@/lib/api";

export const REASONS_KEY = ["pause-reasons"] as const;
export const DESKS_KEY = ["shared-desks"] as const;

const agent = (id: string) => ({ path: { agent_id: id } });

export const pauseAgent = (id: string, reason: string) =>
  answerOf(api.PUT("/api/agents/{agent_id}/pause", { params: agent(id), body: { reason } }));

export const endPause = (id: string) =>
  answerOf(api.DELETE("/api/agents/{agent_id}/pause", { params: agent(id) }));

export const extendWrapUp = (callId: string) =>
  answerOf(
    api.POST("/api/calls/{call_id}/wrap-up/extend", { params: { path: { call_id: callId } } }),
  );

export const fetchReasons = async () => (await answerOf(api.GET("/api/pause-reasons"))).items;

export const createReason = (titles: { ru: string; en: string }) =>
  answerOf(api.POST("/api/pause-reasons", { body: { titles } }));

export const changeReason = (
  code: string,
  body: { titles?: { ru: string; en: string }; position?: number; is_active?: boolean },
) =>
  answerOf(
    api.PATCH("/api/pause-reasons/{reason_id}", { params: { path: { reason_id: code } }, body }),
  );

type Phone = { pbx: string; extension: string };

export const fetchDesks = async () => (await answerOf(api.GET("/api/shared-desks"))).items;

export const shareDesk = (phone: Phone) => answerOf(api.POST("/api/shared-desks", { body: phone }));

export const keepDesk = (phone: Phone) =>
  answerOf(api.DELETE("/api/shared-desks/{pbx}/{extension}", { params: { path: phone } }));

export const sitDown = (phone: Phone) => answerOf(api.PUT("/api/users/me/phone", { body: phone }));

export const standUp = () => answerOf(api.DELETE("/api/users/me/phone"));
