import { NO_ROWS } from '../sql/query-recorder.ts';

/** How many rows a driver's answer, or what Drizzle made of it, has; `NO_ROWS` for an answer of another shape. Reads lengths only. */
export function returnedRows(result: unknown, isMySql: boolean): number {
  if (Array.isArray(result)) {
    // mysql2 answers with rows and columns; instead of rows it may be what a change did.
    if (isMySql && result.length === 2 && Array.isArray(result[1]))
      return Array.isArray(result[0]) ? result[0].length : NO_ROWS;
    return result.length;
  }
  if (typeof result !== 'object' || result === null) return NO_ROWS;
  const { rows } = result as { readonly rows?: unknown };
  return Array.isArray(rows) ? rows.length : NO_ROWS;
}
