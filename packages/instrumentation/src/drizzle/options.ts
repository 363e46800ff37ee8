/** What can be set of the instrumentation of Drizzle. */
export interface DrizzleOptions {
  /** A query that takes longer is counted in `vigil.db.client.slow_queries`. Milliseconds, default 500. */
  readonly slowQueryMillis?: number | undefined;
}

export const DRIZZLE_DEFAULTS = { slowQueryMillis: 500 } as const;
