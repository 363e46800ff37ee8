import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Logger } from '../log/logger.ts';
import * as schema from './schema.ts';

export type Database = NodePgDatabase<typeof schema>;
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

export interface Connection {
  readonly database: Database;
  readonly pool: pg.Pool;
}

// A request that finds no free connection fails with 503 after this long instead of queueing without end.
const CONNECTION_TIMEOUT_MILLIS = 2_000;
const STATEMENT_TIMEOUT_MILLIS = 5_000;

export function connect({
  databaseUrl,
  poolSize,
  log,
}: {
  databaseUrl: string;
  poolSize: number;
  log: Logger;
}): Connection {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: poolSize,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MILLIS,
    statement_timeout: STATEMENT_TIMEOUT_MILLIS,
    application_name: 'shop',
  });
  // Without a listener an idle connection that breaks would end the process; the pool replaces it by itself.
  pool.on('error', (error) => log.warn({ reason: error.message }, 'idle database connection lost'));
  return { database: drizzle(pool, { schema }), pool };
}
