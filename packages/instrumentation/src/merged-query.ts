/**
 * One span a query: an object-relational mapper that has made the span says so here, and the driver's instrumentation makes none.
 * Mapper and driver meet in one synchronous call, so what is needed is one variable and nothing on the queries.
 */
let merged: string | undefined;

/** The next query of this text, of the same call stack, belongs to a span that exists. */
export function mergeQuery(text: string): void {
  merged = text;
}

/** The call that was to make the query has come back. */
export function endMergedQuery(): void {
  merged = undefined;
}

/** Asked by a driver's instrumentation, once for each query: true means that span and duration are somebody else's. */
export function takeMergedQuery(text: unknown): boolean {
  if (merged === undefined || merged !== text) return false;
  merged = undefined;
  return true;
}
