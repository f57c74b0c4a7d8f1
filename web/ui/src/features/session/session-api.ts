import { answerOf, api } from "@/lib/api";
import { Problem } from "@/lib/problem";
import type { Language, Session, Theme } from "@/lib/wire";

export const SESSION_KEY = ["session"] as const;

/** Who is logged in, or null. */
export async function fetchSession(): Promise<Session | null> {
  try {
    return await answerOf(api.GET("/api/session"));
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

export const logIn = (login: string, password: string) =>
  answerOf(api.POST("/api/session", { body: { login, password } }));

export const logOut = () => answerOf(api.DELETE("/api/session"));

export type OwnSettings = { language?: Language; theme?: Theme; time_zone?: string };

export const changeOwnSettings = (settings: OwnSettings) =>
  answerOf(api.PATCH("/api/users/me", { body: settings }));

export const changePassword = (current: string, next: string) =>
  answerOf(api.PUT("/api/users/me/password", { body: { current, new: next } }));

export const fetchColleagues = async () => (await answerOf(api.GET("/api/users"))).items;
