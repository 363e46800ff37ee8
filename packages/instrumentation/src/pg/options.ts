/** What can be set of the instrumentation of node-postgres. */
export interface PgOptions {
  /** A query that takes longer is counted in `vigil.db.client.slow_queries`. Milliseconds, default 500. */
  readonly slowQueryMillis?: number | undefined;
}

export const PG_DEFAULTS = { slowQueryMillis: 500 } as const;
