import { answerOf, api } from "@/lib/api";

export const MY_DAY_KEY = ["my-day"] as const;

export const fetchMyDay = () => answerOf(api.GET("/api/agents/me/day"));
