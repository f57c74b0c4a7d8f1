import { answerOf, api } from "@/lib/api";
import type { ClientChange, NewClient, PhoneLabel } from "@/lib/wire";

export type ClientSearch = { q?: string; phone?: string; cursor?: string; limit?: number };
export type TimelineKind = "call" | "note" | "change" | "deal" | "task";
/** Whose history. */
export type TimelineOf = "client" | "deal";

export const clientKey = (id: string) => ["client", id] as const;
export const timelineKey = (id: string) => ["timeline", id] as const;

const one = (id: string) => ({ path: { client_id: id } });

export const fetchClients = (query: ClientSearch, signal?: AbortSignal) =>
  answerOf(api.GET("/api/clients", { params: { query }, signal: signal ?? null }));

export const fetchClient = (id: string) =>
  answerOf(api.GET("/api/clients/{client_id}", { params: one(id) }));

export const createClient = (client: NewClient) =>
  answerOf(api.POST("/api/clients", { body: client }));

export const changeClient = (id: string, version: number, change: ClientChange) =>
  answerOf(
    api.PATCH("/api/clients/{client_id}", { params: one(id), body: { version, ...change } }),
  );

export const addPhone = (id: string, number: string, label: PhoneLabel) =>
  answerOf(
    api.POST("/api/clients/{client_id}/phones", { params: one(id), body: { number, label } }),
  );

export function fetchTimeline(
  of: TimelineOf,
  id: string,
  kind: TimelineKind | null,
  cursor: string | null,
) {
  const query = { limit: 50, ...(kind ? { kind: [kind] } : {}), ...(cursor ? { cursor } : {}) };
  if (of === "client") {
    return answerOf(
      api.GET("/api/clients/{client_id}/timeline", { params: { ...one(id), query } }),
    );
  }
  const path = { deal_id: id };
  return answerOf(api.GET("/api/deals/{deal_id}/timeline", { params: { path, query } }));
}

export const addNote = (on: string, text: string) =>
  answerOf(api.POST("/api/notes", { body: { on, text } }));

export const changeNote = (id: string, text: string, version: number) =>
  answerOf(
    api.PATCH("/api/notes/{note_id}", {
      params: { path: { note_id: id } },
      body: { text, version },
    }),
  );

export const deleteNote = (id: string) =>
  answerOf(api.DELETE("/api/notes/{note_id}", { params: { path: { note_id: id } } }));
