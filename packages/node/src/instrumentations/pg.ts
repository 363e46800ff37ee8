import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import type { InstrumentationEntry } from './entry.ts';

/** node-postgres and its pool: a span a query, `db.client.operation.duration`, pool gauges. Values are never recorded. */
export const PG: InstrumentationEntry = {
  name: 'pg',
  package: 'pg',
  wraps: ['pg', 'pg-pool'],
  create: () => new PgInstrumentation(),
};
