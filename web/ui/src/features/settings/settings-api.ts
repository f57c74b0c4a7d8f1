import { answerOf, api } from "@/lib/api";
import type { AccountChange, NewAccount, TeamChange } from "@/lib/wire";

export const ACCOUNTS_KEY = ["accounts"] as const;
export const TEAMS_KEY = ["teams"] as const;
export const AUDIT_KEY = ["audit"] as const;

export const fetchAccounts = async () => (await answerOf(api.GET("/api/users/accounts"))).items;

export const createAccount = (body: NewAccount) => answerOf(api.POST("/api/users", { body }));

export const changeAccount = (id: string, body: AccountChange) =>
  answerOf(api.PATCH("/api/users/{user_id}", { params: { path: { user_id: id } }, body }));

export const resetPassword = (id: string) =>
  answerOf(api.POST("/api/users/{user_id}/password", { params: { path: { user_id: id } } }));

export const fetchBelongings = (id: string) =>
  answerOf(api.GET("/api/users/{user_id}/belongings", { params: { path: { user_id: id } } }));

export const fetchTeams = async () => (await answerOf(api.GET("/api/teams"))).items;

export const createTeam = (name: string) => answerOf(api.POST("/api/teams", { body: { name } }));

export const changeTeam = (id: string, body: TeamChange) =>
  answerOf(api.PATCH("/api/teams/{team_id}", { params: { path: { team_id: id } }, body }));

export const dissolveTeam = (id: string, into: string) =>
  answerOf(
    api.POST("/api/teams/{team_id}/dissolve", {
      params: { path: { team_id: id } },
      body: { into },
    }),
  );

export type AuditFilter = {
  user_id?: string;
  action?: string;
  object?: string;
  from_at?: string;
  to_at?: string;
  limit?: number;
  cursor?: string;
};

export const fetchAudit = (query: AuditFilter) =>
  // A list in a query is written with commas.
  answerOf(api.GET("/api/audit", { params: { query: query as never } }));
