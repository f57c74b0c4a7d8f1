import { expect, test } from "vitest";
import { queryOf, readJournalSearch } from "./journal-search";

test("an address is read as the API asks it", () => {
  const search = readJournalSearch({
    queue: "sales",
    result: "abandoned,no_answer",
    from: "2026-11-25T00:00:00Z",
    has_client: "false",
    not_returned: true,
    q: 79161234567,
    card: "painted",
    card_slower_ms: "300",
  });
  expect(queryOf(search)).toEqual({
    queue: "sales",
    result: ["abandoned", "no_answer"],
    from: "2026-11-25T00:00:00Z",
    has_client: false,
    not_returned: true,
    q: "79161234567",
    card: "painted",
    card_slower_ms: 300,
  });
});

test("what means nothing is left out", () => {
  const search = readJournalSearch({
    direction: "sideways",
    from: "yesterday",
    min_talk: "-1",
    card: "lost",
    has_recording: "no",
    unknown: "x",
  });
  expect(queryOf(search)).toEqual({});
});
