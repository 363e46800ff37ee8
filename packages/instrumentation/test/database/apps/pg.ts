// node pg.ts <url> <bare|vigil>: everything that node-postgres can do with a query, and what was recorded of it, as one line of JSON.

import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { createModuleLoads } from '../../../src/module-load/create-module-loads.ts';
import { createPgInstrumentation } from '../../../src/pg/index.ts';
import { described } from '../described-error.ts';
import { RecordingHost } from '../recording-host.ts';
import type { Any } from './drivers.ts';

const CANARY = 'canary-7391';
const [url = '', mode] = process.argv.slice(2);
const host = new RecordingHost(createModuleLoads({ warn: (line) => console.error(line) }));
const instrumentation = createPgInstrumentation(host);
if (mode === 'vigil') instrumentation.enable();
const { default: pg } = (await import('pg')) as Any;
const require = createRequire(import.meta.url);
const Cursor = require('pg-cursor');
const QueryStream = require('pg-query-stream');

const steps: Record<string, unknown> = {};
async function step(name: string, work: () => Any): Promise<void> {
  let answer: unknown;
  await host.under(name, async () => {
    try {
      answer = { value: await work() };
    } catch (error) {
      answer = { error: described(error) };
    }
  });
  steps[name] = { answer, spans: host.takeSpans(), values: host.takeValues(), open: host.open.size };
}

const rows = (result: Any) => (Array.isArray(result) ? result.map((one) => one.rows) : result.rows);
const client = new pg.Client({ connectionString: url });
await client.connect();
await client.query(
  'drop table if exists orders; create table orders (id int primary key, note text); insert into orders select n, n::text from generate_series(1, 250) n',
);
host.takeSpans();
host.takeValues();

await step('promise', async () => rows(await client.query('select * from orders where note = $1', [CANARY])));
await step(
  'callback',
  () =>
    new Promise((resolve) =>
      client.query('select 1 as one', (error: Any, result: Any) => resolve([error, rows(result)])),
    ),
);
await step(
  'callback after values',
  () =>
    new Promise((resolve) =>
      client.query('select $1::text as one', ['x'], (error: Any, result: Any) => resolve([error, rows(result)])),
    ),
);
await step('config', async () =>
  rows(await client.query({ text: 'select $1::int as n', values: [7], rowMode: 'array' })),
);
await step('named', async () =>
  rows(await client.query({ name: 'by-id', text: 'select note from orders where id = $1', values: [3] })),
);
await step('named again', async () =>
  rows(await client.query({ name: 'by-id', text: 'select note from orders where id = $1', values: [4] })),
);
await step('several statements', async () =>
  rows(await client.query(`select id from orders where id < 3; update orders set note = '${CANARY}' where id = 9`)),
);
await step('literals', async () =>
  rows(
    await client.query(
      `select '${CANARY}', 73917391, $$${CANARY}$$, E'it''s \\' ${CANARY}' /* ${CANARY} */ -- ${CANARY}`,
    ),
  ),
);
await step(
  'in parallel',
  async () =>
    (await Promise.all([client.query('select 1'), client.query('select 2'), client.query('select 3')])).length,
);
await step('error', () => client.query(`insert into orders values (1, '${CANARY}')`));
await step(
  'error to a callback',
  () => new Promise((resolve) => client.query(`selekt '${CANARY}'`, (error: Any) => resolve(error.code))),
);
await step('bad values', () => client.query('select $1::int', 'no list'));
await step('no query', () => client.query(null));
await step('query object', () => {
  const query = client.query(new pg.Query('select id from orders where id < $1', [4]));
  const seen: unknown[] = [];
  query.on('row', (row: Any) => seen.push(row.id));
  return new Promise((resolve) => query.on('end', () => resolve(seen)));
});
await step('query object that fails', () => {
  const query = client.query(new pg.Query('select nothing'));
  return new Promise((resolve) => query.on('error', (error: Any) => resolve(error.code)));
});
await step('cursor', async () => {
  const cursor = client.query(new Cursor('select id from orders where id < $1', [11]));
  const keys = Reflect.ownKeys(cursor).filter((key) => typeof key === 'string' && key.startsWith('handle')).length;
  const counts = [];
  for (let read = await cursor.read(4); read.length > 0; read = await cursor.read(4)) counts.push(read.length);
  await cursor.close();
  return [
    counts,
    mode === 'vigil' ? keys === 2 : keys === 0,
    Reflect.ownKeys(cursor).filter((key) => String(key).startsWith('handle')).length,
  ];
});
await step('cursor closed early', async () => {
  const cursor = client.query(new Cursor('select id from orders'));
  const read = await cursor.read(2);
  await cursor.close();
  return read.length;
});
await step('cursor that fails', async () => {
  const cursor = client.query(new Cursor('select nothing'));
  return cursor.read(2).then(
    () => 'read',
    (error: Any) => error.code,
  );
});
await step('stream', async () => {
  let count = 0;
  for await (const _ of client.query(new QueryStream('select id from orders where id <= $1', [120]))) count += 1;
  return count;
});
await step('stream left early', async () => {
  let count = 0;
  for await (const _ of client.query(new QueryStream('select id from orders'))) {
    count += 1;
    if (count === 5) break;
  }
  await client.query('select 1');
  return count;
});
await step('timeout', () => client.query({ text: 'select pg_sleep(0.3)', query_timeout: 50 }));
await step('after the timeout', async () => rows(await client.query('select 1 as one')));
await step('lost connection', async () => {
  const other = new pg.Client({ connectionString: url });
  const lost = new Promise((resolve) => other.on('error', (error: Any) => resolve(error.code ?? error.message)));
  await other.connect();
  const { pid } = (await other.query('select pg_backend_pid() as pid')).rows[0];
  const asleep = other.query('select pg_sleep(5)').catch((error: Any) => error.code);
  await client.query('select pg_terminate_backend($1)', [pid]);
  const answers = [await asleep, typeof (await lost)];
  return [...answers, await other.query('select 1').catch((error: Any) => error.message)];
});
await step('refused connection', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return new pg.Client({ host: '127.0.0.1', port, user: 'vigil' }).connect().catch((error: Any) => error.code);
});
await step('unknown database', () =>
  new pg.Client({ connectionString: url.replace('/postgres?', '/x').replace(/postgres$/, 'missing') })
    .connect()
    .catch((error: Any) => error.code),
);
await step('unhandled rejections', async () => {
  const seen: unknown[] = [];
  const listener = (reason: Any) => seen.push(reason.code);
  process.on('unhandledRejection', listener);
  void client.query('selekt 1');
  await client.query('select 1');
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', listener);
  return seen;
});
await client.end();
await step('after the end', () => client.query('select 1'));

const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 200 });
const second = new pg.Pool({ connectionString: url.replace(/postgres$/, 'template1'), max: 3 });
await step('pool query', async () => rows(await pool.query('select 1 as one')));
await step('second pool', async () => rows(await second.query('select 1 as one')));
// The connection that the second gets is given back by the first: its query must belong to the second.
let release: Any;
await host.under('holds', async () => {
  const held = await pool.connect();
  release = () => held.release();
});
const waits = step('waited', async () => rows(await pool.query('select 2 as two')));
const gauges = host.collect();
await host.under('gives back', () => release());
await waits;
const held = await pool.connect();
await step('pool timeout', () => pool.query('select 3'));
held.release();
const listeners = [pool.listenerCount('acquire'), pool.listenerCount('release'), pool.listenerCount('error')];
const functions = [pg.Client.prototype, pg.Query.prototype, Object.getPrototypeOf(pg.Pool.prototype)].map((prototype) =>
  Object.entries(Object.getOwnPropertyDescriptors(prototype)).map(
    ([key, { value, enumerable, writable, configurable }]) => [
      key,
      typeof value === 'function' ? [value.name, value.length] : typeof value,
      enumerable,
      writable,
      configurable,
    ],
  ),
);
await pool.end();
await second.end();
const gaugesAfter = host.collect();
process.stdout.write(
  JSON.stringify({
    steps,
    gauges,
    gaugesAfter,
    listeners,
    functions,
    open: host.open.size,
    status: instrumentation.status(),
  }),
);
process.exit(0);
