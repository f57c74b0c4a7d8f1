import { answerOf, api } from "@/lib/api";
import type { PbxLinkChange, PbxLinkInput, PbxTest } from "@/lib/wire";

export const PBX_LINKS_KEY = ["pbx-links"] as const;

const at = (link_id: string) => ({ params: { path: { link_id } } });

export const fetchPbxLinks = () => answerOf(api.GET("/api/pbx-links"));

export const createPbxLink = (body: PbxLinkInput) => answerOf(api.POST("/api/pbx-links", { body }));

export const changePbxLink = (id: string, body: PbxLinkChange) =>
  answerOf(api.PATCH("/api/pbx-links/{link_id}", { ...at(id), body }));

export const deletePbxLink = (id: string) =>
  answerOf(api.DELETE("/api/pbx-links/{link_id}", at(id)));

export const testPbxLink = (body: PbxTest) => answerOf(api.POST("/api/pbx-links/test", { body }));

export const fetchEndpoints = async (id: string) =>
  (await answerOf(api.GET("/api/pbx-links/{link_id}/endpoints", at(id)))).items;

export const ringPhone = (id: string, extension: string, technology: string) =>
  answerOf(
    api.POST("/api/pbx-links/{link_id}/test-ring", { ...at(id), body: { extension, technology } }),
  );

export const explainNumber = (number: string) =>
  answerOf(api.POST("/api/numbers/explain", { body: { number } }));
