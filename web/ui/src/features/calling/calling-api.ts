import { answerOf, api } from "@/lib/api";
import type { CallLimit, CallTransfer, NewCall } from "@/lib/wire";

const one = (id: string) => ({ path: { call_id: id } });

export const COLLEAGUES_KEY = ["colleagues"] as const;
export const LIMITS_KEY = ["call-limits"] as const;

/** The key makes a repeated request the same call. */
export const placeCall = (body: NewCall, key: string) =>
  answerOf(api.POST("/api/calls", { body, headers: { "Idempotency-Key": key } }));

export const hangUp = (callId: string) =>
  answerOf(api.POST("/api/calls/{call_id}/hangup", { params: one(callId) }));

export const transferCall = (callId: string, body: CallTransfer) =>
  answerOf(api.POST("/api/calls/{call_id}/transfer", { params: one(callId), body }));

export const completeTransfer = (callId: string) =>
  answerOf(api.POST("/api/calls/{call_id}/transfer/complete", { params: one(callId) }));

export const cancelTransfer = (callId: string) =>
  answerOf(api.POST("/api/calls/{call_id}/transfer/cancel", { params: one(callId) }));

export const parkCall = (callId: string) =>
  answerOf(api.POST("/api/calls/{call_id}/park", { params: one(callId) }));

export const pickUpCall = (callId: string) =>
  answerOf(api.POST("/api/calls/{call_id}/pickup", { params: one(callId) }));

export const fetchColleagues = async () => (await answerOf(api.GET("/api/colleagues"))).items;

export const fetchLimits = async () => (await answerOf(api.GET("/api/call-limits"))).items;

export const changeLimits = async (items: CallLimit[]) =>
  (await answerOf(api.PUT("/api/call-limits", { body: { items } }))).items;
