import { answerOf, api } from "@/lib/api";
import { type JournalSearch, queryOf } from "./journal-search";

const PAGE = 60;

export const journalKey = (search: JournalSearch) => ["journal", search] as const;

export const fetchJournal = (search: JournalSearch, cursor: string | null) =>
  answerOf(
    api.GET("/api/calls", {
      params: { query: { ...queryOf(search), limit: PAGE, ...(cursor ? { cursor } : {}) } },
    }),
  );
