// Rows that do not jump: the order is kept for a while, whatever happens to the rows. Pure.

/** Order rows as they were shown; those that are new stand behind, in the order they come in. */
export function keepOrder<T>(
  rows: readonly T[],
  idOf: (row: T) => string,
  shown: readonly string[],
): T[] {
  const place = new Map(shown.map((id, index) => [id, index]));
  const after = shown.length;
  return rows
    .map((row, index) => ({ row, at: place.get(idOf(row)) ?? after + index }))
    .toSorted((first, second) => first.at - second.at)
    .map(({ row }) => row);
}
