// From the server's picture of the sound to bars of a given number. Pure.

const LOUDEST = 255;

/** The loudest of each part, as a share of the loudest there can be; quiet is not nothing. */
export function barsOf(lane: readonly number[], count: number): number[] {
  if (lane.length === 0) return [];
  return Array.from({ length: count }, (_, index) => {
    const start = Math.floor((index * lane.length) / count);
    const end = Math.max(start + 1, Math.floor(((index + 1) * lane.length) / count));
    return Math.sqrt(Math.max(...lane.slice(start, end)) / LOUDEST);
  });
}
