/**
 * Several metrics come from one reading, but each is collected on its own: a reading is used again while it is fresh. 10 ms are one
 * collection.
 */
const FRESH_MILLIS = 10;

/** What changes when somebody resizes the container, and costs a few files to read. */
export const MINUTE_MILLIS = 60_000;

/** Reads at most once in `freshMillis`. Throws what `read` throws, and reads again the next time. */
export function sharedReading<Reading>(
  read: () => Reading,
  nowMillis: () => number,
  freshMillis: number = FRESH_MILLIS,
): () => Reading {
  let last: { readonly reading: Reading; readonly millis: number } | undefined;
  return () => {
    const now = nowMillis();
    if (last === undefined || now - last.millis >= freshMillis) last = { reading: read(), millis: now };
    return last.reading;
  };
}
