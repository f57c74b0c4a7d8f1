import { answerOf, api } from "@/lib/api";
import type { NewAdministrator } from "@/lib/wire";

export const SETUP_KEY = ["setup"] as const;

/** The code stands behind the # of the printed address: browsers never send that by themselves. */
const withCode = (code: string) => ({ headers: { "X-Setup-Code": code } });

export const fetchSetup = (code: string) => answerOf(api.GET("/api/setup", withCode(code)));

export const makeAdministrator = (code: string, body: NewAdministrator) =>
  answerOf(api.POST("/api/setup/administrator", { ...withCode(code), body }));

export const fetchSteps = () => answerOf(api.GET("/api/setup/steps"));

export const finishSetup = (is_finished: boolean) =>
  answerOf(api.PUT("/api/setup/steps", { body: { is_finished } }));
