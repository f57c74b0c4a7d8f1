import { answerOf, api } from "@/lib/api";
import type { NewIgnoredNumber, OfficeChange, QueueSettingInput } from "@/lib/wire";

export const OFFICE_KEY = ["office"] as const;
export const QUEUES_KEY = ["queue-settings"] as const;
export const IGNORED_KEY = ["ignored-numbers"] as const;
export const RESULTS_KEY = ["dispositions"] as const;

export const fetchOffice = () => answerOf(api.GET("/api/office"));

export const changeOffice = (body: OfficeChange) => answerOf(api.PATCH("/api/office", { body }));

export const fetchQueues = () => answerOf(api.GET("/api/queue-settings"));

export const createQueue = (body: QueueSettingInput) =>
  answerOf(api.POST("/api/queue-settings", { body }));

export const changeQueue = (id: string, version: number, body: QueueSettingInput) =>
  answerOf(
    api.PATCH("/api/queue-settings/{queue_id}", {
      params: { path: { queue_id: id } },
      body: { ...body, version },
    }),
  );

export const fetchIgnored = async () => (await answerOf(api.GET("/api/ignored-numbers"))).items;

export const createIgnored = (body: NewIgnoredNumber) =>
  answerOf(api.POST("/api/ignored-numbers", { body }));

export const deleteIgnored = (id: string) =>
  answerOf(api.DELETE("/api/ignored-numbers/{number_id}", { params: { path: { number_id: id } } }));

export const createResult = (titles: { ru: string; en: string }) =>
  answerOf(api.POST("/api/dispositions", { body: { titles } }));

export const changeResult = (
  code: string,
  body: { titles?: { ru: string; en: string }; is_active?: boolean },
) =>
  answerOf(
    api.PATCH("/api/dispositions/{disposition_id}", {
      params: { path: { disposition_id: code } },
      body: body as never, // what is absent stays
    }),
  );

export const orderResults = (codes: string[]) =>
  answerOf(api.PUT("/api/dispositions/order", { body: { codes } }));
