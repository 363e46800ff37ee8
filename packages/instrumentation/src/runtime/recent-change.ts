/** Shorter than the intervals of most readers, long enough for a mean. */
const SHORTEST_MILLIS = 10_000;

export interface Change<Reading> {
  readonly from: Reading;
  readonly to: Reading;
  readonly elapsedMillis: number;
}

/**
 * Compares a running total with itself a while ago, for gauges that are a mean. A collection does not say which reader it is for: a
 * single reader gets the change since its last collection, several get the change over at least the last 10 s (20 at most where one of
 * them collects more often), and none takes anything from another.
 */
export function recentChange<Reading>(read: () => Reading, nowMillis: () => number): () => Change<Reading> {
  let newer = { reading: read(), millis: nowMillis() };
  let older = newer;
  return () => {
    const now = { reading: read(), millis: nowMillis() };
    if (now.millis - newer.millis >= SHORTEST_MILLIS) {
      older = newer;
      newer = now;
    }
    return { from: older.reading, to: now.reading, elapsedMillis: now.millis - older.millis };
  };
}
