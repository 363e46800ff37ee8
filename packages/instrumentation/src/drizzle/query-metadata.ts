import type { StatementReading } from '../sql/read-statement.ts';

/** For `readQueryMetadata`: many statements in one request. */
export const BATCH = Object.freeze({ type: 'batch', tables: Object.freeze([]) });

/**
 * What Drizzle's query builders say of their query: `{ type: 'select', tables: ['orders'] }`; raw SQL and relational queries say nothing.
 * The tables only: of an update of PostgreSQL, 0.45 says that it is an insert.
 */
export function readQueryMetadata(metadata: unknown): Partial<StatementReading> | undefined {
  if (metadata === BATCH) return { operation: 'BATCH', collections: [] };
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const { tables } = metadata as { readonly tables?: unknown };
  if (!Array.isArray(tables) || tables.length === 0) return undefined;
  return { collections: [...new Set(tables.filter((table) => typeof table === 'string'))].slice(0, 4) };
}
