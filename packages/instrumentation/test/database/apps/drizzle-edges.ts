// node drizzle-edges.ts <orm> <url> <bare|vigil>: what is rare in the use of Drizzle, over node-postgres, as one line of JSON.

import { createDrizzleInstrumentation } from '../../../src/drizzle/index.ts';
import { createModuleLoads } from '../../../src/module-load/create-module-loads.ts';
import { createPgInstrumentation } from '../../../src/pg/index.ts';
import { RecordingHost } from '../recording-host.ts';
import { type Any, LOADS, type Orm, openDatabase } from './drivers.ts';

const [orm = 'drizzle-orm', url = '', mode] = process.argv.slice(2) as [Orm, string, string];
const host = new RecordingHost(createModuleLoads({ warn: (line) => console.error(line) }));
const instrumentations = [createDrizzleInstrumentation(host, { slowQueryMillis: 900 }), createPgInstrumentation(host)];
if (mode === 'vigil') for (const one of instrumentations) one.enable();
const { db, orders, operators, close } = await openDatabase(LOADS.esm, orm, 'node-postgres', url);
const { eq, sql } = operators;
host.takeSpans();
host.takeValues();
const steps: Record<string, unknown> = {};
async function step(name: string, work: () => Any): Promise<void> {
  const answer = await host.under(name, work);
  steps[name] = { answer, spans: host.takeSpans(), values: host.takeValues() };
}

await step('unhandled rejection', async () => {
  const seen: unknown[] = [];
  const listener = (reason: Any) => seen.push([reason.constructor.name, reason.cause?.code]);
  process.on('unhandledRejection', listener);
  void db.select().from(orders).where(sql.raw('nothing')).prepare('failing').execute();
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.off('unhandledRejection', listener);
  return seen;
});
await step('handled once', async () => {
  const promise = db.select().from(orders).where(sql.raw('nothing')).prepare('failing_too').execute();
  const seen = await Promise.all([1, 2].map(() => promise.catch((error: unknown) => error)));
  return seen[0] === seen[1];
});
await step('slow', async () => (await db.execute(sql`select pg_sleep(1)`)).rows.length);
await step('in parallel', async () => {
  const found = await Promise.all([1, 2, 3].map((id) => db.select().from(orders).where(eq(orders.id, id))));
  return found.map((rows: Any) => rows[0].note);
});

// A cache that keeps everything: the second query is answered without the database.
const { Cache } = (await import(`${orm}/cache/core`)) as Any;
class KeepingCache extends Cache {
  readonly kept = new Map<string, unknown>();
  strategy() {
    return 'all';
  }
  async get(key: string) {
    return this.kept.get(key);
  }
  async put(key: string, value: unknown) {
    this.kept.set(key, value);
  }
  async onMutate() {
    this.kept.clear();
  }
}
const { drizzle } = (await import(`${orm}/node-postgres`)) as Any;
const { default: pg } = (await import('pg')) as Any;
const pool = new pg.Pool({ connectionString: url, max: 1 });
const cached = drizzle({ client: pool, cache: new KeepingCache() });
await step('not in the cache', async () => (await cached.select().from(orders)).length);
await step('in the cache', async () => (await cached.select().from(orders)).length);
await step('change', async () => (await cached.update(orders).set({ note: 'x' }).where(eq(orders.id, 1))).rowCount);
await step('no more in the cache', async () => (await cached.select().from(orders)).length);
await pool.end();

const nowhere = drizzle({ client: new pg.Pool({ host: '127.0.0.1', port: 1, user: 'vigil' }) });
await step('database down', () =>
  nowhere
    .select()
    .from(orders)
    .catch((error: Any) => error.cause?.code),
);
await step(
  'a query of pg itself',
  async () => (await new pg.Pool({ connectionString: url, max: 1 }).query('select 1 as one')).rows,
);

const file = orm === 'drizzle-orm' ? 'pg-core/session' : 'pg-core/async/session';
const name = orm === 'drizzle-orm' ? 'PgPreparedQuery' : 'PgAsyncPreparedQuery';
const { prototype } = ((await import(`${orm}/${file}`)) as Any)[name];
const functions = Object.entries(Object.getOwnPropertyDescriptors(prototype) as Any).map(([key, found]: Any) => [
  key,
  [found.value?.name, found.value?.length, found.enumerable, found.writable, found.configurable],
]);
await close();
process.stdout.write(JSON.stringify({ steps, functions, open: host.open.size }));
process.exit(0);
