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

/** A null zone or language is the office's. */
export type OwnSettings = {
  language?: Language | null;
  theme?: Theme;
  time_zone?: string | null;
};

export const changeOwnSettings = (settings: OwnSettings) =>
  answerOf(api.PATCH("/api/users/me", { body: settings as never })); // what is absent stays

export const changePassword = (current: string, next: string) =>
  answerOf(api.PUT("/api/users/me/password", { body: { current, new: next } }));

export const fetchColleagues = async () => (await answerOf(api.GET("/api/users"))).items;
