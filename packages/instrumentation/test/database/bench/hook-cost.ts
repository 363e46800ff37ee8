// node --conditions=@vigil/source hook-cost.ts: what the hooks add to one query, in microseconds, on Drizzle and pg themselves with a
// connection that answers at once. The quietest of many rounds counts: whatever else the machine does only adds.
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { ROOT_CONTEXT, type Span, SpanKind } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { createMetricRegistry } from '@vigil/metrics';
import { LightContext, LightTracerProvider, StorageContextManager } from '@vigil/tracer';
import { createDrizzleInstrumentation } from '../../../src/drizzle/index.ts';
import { createModuleLoads } from '../../../src/module-load/create-module-loads.ts';
import { createPgInstrumentation } from '../../../src/pg/index.ts';

const ROUNDS = 400;
const QUERIES = 2000;

const done = () => Promise.resolve();
const provider = new LightTracerProvider({
  resource: { attributes: {} },
  processor: { onStart: () => undefined, onEnd: () => undefined, forceFlush: done, shutdown: done },
});
const contextManager = new StorageContextManager();
const host = {
  tracer: (scope: string) => provider.getTracer(scope),
  metrics: createMetricRegistry(),
  contextManager,
  propagator: new W3CTraceContextPropagator(),
  modules: createModuleLoads({ warn: console.error }),
  warn: console.error,
  nowMillis: () => performance.now(),
};
const drizzle = createDrizzleInstrumentation(host);
const pgInstrumentation = createPgInstrumentation(host);
drizzle.enable();
pgInstrumentation.enable();

const { PgPreparedQuery } = await import('drizzle-orm/pg-core/session');
const pg = createRequire(import.meta.url)('pg');

/** Drizzle's own class over a driver that answers at once. */
const TEXT = 'select "id", "customer_id", "note" from "orders" where "orders"."id" = $1';
const answer = { rows: [{ id: 1 }] };
// biome-ignore lint/suspicious/noExplicitAny: a class whose constructor and method are internal to Drizzle.
const prepared = new (PgPreparedQuery as any)({ sql: TEXT, params: [] }, undefined, {
  type: 'select',
  tables: ['orders'],
});
prepared.client = { database: 'shop', host: 'db', port: 5432 };
const ask = async () => answer;

/** The same of 1.0, from the making of the query on, as every query that is not prepared by the application. */
const { NodePgSession } = await import('drizzle-orm-rc/node-postgres/session');
// biome-ignore lint/suspicious/noExplicitAny: as above.
const session = new (NodePgSession as any)({ query: ask, database: 'shop', host: 'db', port: 5432 }, {}, {}, {});
const query = { sql: TEXT, params: [] };

const nothing = () => undefined;

/** pg's own client on a connection that answers at once. */
class Connection extends EventEmitter {
  stream = { cork: nothing, uncork: nothing };
  parsedStatements = {};
  submittedNamedStatements = {};
  parse = nothing;
  bind = nothing;
  describe = nothing;
  execute = nothing;
  flush = nothing;
  sync() {
    queueMicrotask(() => {
      this.emit('commandComplete', { text: 'SELECT 0' });
      this.emit('readyForQuery', { status: 'I' });
    });
  }
}
const connection = new Connection();
const client = new pg.Client({ connection, host: 'db', port: 5432, database: 'shop' });
client._attachListeners(connection);
client.readyForQuery = true;
client._connected = true;

const SUBJECTS: Record<string, () => Promise<unknown>> = {
  'drizzle queryWithCache': () => prepared.queryWithCache(TEXT, [], ask),
  'drizzle 1.0 prepareQuery and execute': () => session.prepareQuery(query, 'objects', false).execute(),
  'pg client.query, promise': () => client.query(TEXT, [1]),
};

async function round(subject: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  for (let index = 0; index < QUERIES; index += 1) await subject();
  return ((performance.now() - started) * 1000) / QUERIES;
}

const root = provider.getTracer('bench').startOperation('GET /', SpanKind.SERVER, ROOT_CONTEXT, [], undefined);
await contextManager.with(new LightContext(root as Span), async () => {
  for (const [name, subject] of Object.entries(SUBJECTS)) {
    const best = { off: Number.POSITIVE_INFINITY, on: Number.POSITIVE_INFINITY };
    for (let index = 0; index < ROUNDS; index += 1) {
      for (const state of ['off', 'on'] as const) {
        for (const one of [drizzle, pgInstrumentation]) state === 'on' ? one.enable() : one.disable();
        best[state] = Math.min(best[state], await round(subject));
      }
    }
    const { off, on } = best;
    console.log(`${name}: ${off.toFixed(3)} µs off, ${on.toFixed(3)} µs on, ${(on - off).toFixed(3)} µs a query`);
  }
});
process.exit(0);
