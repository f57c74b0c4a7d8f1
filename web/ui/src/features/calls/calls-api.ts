import { answerOf, api } from "@/lib/api";

const one = (id: string) => ({ path: { call_id: id } });

export const fetchCall = (id: string) =>
  answerOf(api.GET("/api/calls/{call_id}", { params: one(id) }));

export const fetchCallsOfNumber = async (number: string) =>
  (await answerOf(api.GET("/api/calls", { params: { query: { number, limit: 50 } } }))).items;

/** The results that can be chosen, in the server's order; a queue may offer its own. */
export const fetchDispositions = async (of?: { queue: string; pbx: string }) =>
  (await answerOf(api.GET("/api/dispositions", { params: { query: of ?? { all: true } } }))).items;

export const putClient = (callId: string, clientId: string | null) =>
  answerOf(
    api.PUT("/api/calls/{call_id}/client", { params: one(callId), body: { client_id: clientId } }),
  );

export const finishCall = (callId: string) =>
  answerOf(api.POST("/api/calls/{call_id}/finish", { params: one(callId) }));

export const putDisposition = (callId: string, disposition: string | null) =>
  answerOf(
    api.PUT("/api/calls/{call_id}/disposition", { params: one(callId), body: { disposition } }),
  );

/** `keepalive` lets the request outlive a page that is just being left. */
export const putNote = (callId: string, text: string, version: number, keepalive: boolean) =>
  answerOf(
    api.PUT("/api/calls/{call_id}/note", {
      params: one(callId),
      body: { text, version },
      keepalive,
    }),
  );

/** Only the demo has it. */
export const callMeNow = () => answerOf(api.POST("/api/demo/calls", { body: {} }));
