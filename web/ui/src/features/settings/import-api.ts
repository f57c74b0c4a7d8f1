import { answerOf, api } from "@/lib/api";

export const IMPORTS_KEY = ["imports"] as const;

export const fetchImports = async () => (await answerOf(api.GET("/api/imports"))).items;

export const uploadImport = (file: File) =>
  answerOf(
    api.POST("/api/imports", {
      params: { query: { file_name: file.name.slice(0, 300) } },
      headers: { "Content-Type": "text/csv" },
      body: file as never, // the document says: a binary string
      bodySerializer: (body: unknown) => body as BodyInit,
    }),
  );

export const changeImport = (
  id: string,
  body: { mapping: Record<string, string>; skips_duplicates: boolean },
) => answerOf(api.PATCH("/api/imports/{import_id}", { params: { path: { import_id: id } }, body }));

export const startImport = (id: string) =>
  answerOf(api.POST("/api/imports/{import_id}/start", { params: { path: { import_id: id } } }));
