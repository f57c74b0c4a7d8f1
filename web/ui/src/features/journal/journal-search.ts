// What is asked of the journal, as it stands in the address: the names are those of the API. Pure.

import type { paths } from "@/generated/api";

type JournalQuery = NonNullable<paths["/api/calls"]["get"]["parameters"]["query"]>;

export type JournalSearch = {
  q?: string | undefined;
  direction?: "inbound" | "outbound" | "internal" | undefined;
  result?: string | undefined;
  status?: string | undefined;
  queue?: string | undefined;
  user?: string | undefined;
  team?: string | undefined;
  client?: string | undefined;
  number?: string | undefined;
  disposition?: string | undefined;
  has_client?: boolean | undefined;
  has_recording?: boolean | undefined;
  not_returned?: boolean | undefined;
  min_talk?: number | undefined;
  card?: "painted" | "unpainted" | undefined;
  card_slower_ms?: number | undefined;
  answered_within?: number | undefined;
  from?: string | undefined;
  to?: string | undefined;
};

const WORDS = ["q", "result", "status", "queue", "user", "team", "client", "number", "disposition"];
const FLAGS = ["has_client", "has_recording", "not_returned"];
const CARDS = ["painted", "unpainted"];
const DIRECTIONS = ["inbound", "outbound", "internal"];

/** Keep of an address what means something; a number typed as a word comes out as a number. */
export function readJournalSearch(search: Record<string, unknown>): JournalSearch {
  const found: Record<string, unknown> = {};
  for (const key of WORDS) {
    const value = search[key];
    if (typeof value === "string" || typeof value === "number") found[key] = String(value);
  }
  for (const key of FLAGS) {
    const value = search[key];
    if (value === true || value === "true") found[key] = true;
    if (key === "has_client" && (value === false || value === "false")) found[key] = false;
  }
  if (DIRECTIONS.includes(String(search.direction))) found.direction = search.direction;
  if (CARDS.includes(String(search.card))) found.card = search.card;
  for (const key of ["min_talk", "card_slower_ms", "answered_within"]) {
    const value = Number(search[key]);
    if (search[key] !== undefined && value > 0) found[key] = value;
  }
  for (const key of ["from", "to"]) {
    const value = search[key];
    if (typeof value === "string" && !Number.isNaN(Date.parse(value))) found[key] = value;
  }
  return found as JournalSearch;
}

/** The same as the API takes it. */
export function queryOf(search: JournalSearch): JournalQuery {
  const { result, status, ...rest } = search;
  const given = Object.entries(rest).filter(([, value]) => value !== undefined && value !== "");
  return {
    ...Object.fromEntries(given),
    ...(result ? { result: result.split(",") } : {}),
    ...(status ? { status: status.split(",") } : {}),
  } as JournalQuery; // a word that the API does not know, it refuses itself
}
