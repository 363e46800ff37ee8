import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InstrumentationStatus } from '../../src/instrumentation.ts';
import type { Driver, Orm } from './apps/drivers.ts';
import { type OwnPostgres, startPostgres } from './own-postgres.ts';
import type { SeenSpan, SeenValue } from './recording-host.ts';
import { runApp } from './run-app.ts';

interface Step {
  readonly answer: unknown;
  readonly spans: readonly SeenSpan[];
  readonly values: readonly SeenValue[];
}

interface Report {
  readonly steps: Readonly<Record<string, Step>>;
  readonly statuses: readonly InstrumentationStatus[];
  readonly open: number;
  readonly warnings: readonly string[];
}

const SYSTEM = {
  'node-postgres': 'postgresql',
  'postgres-js': 'postgresql',
  pglite: 'postgresql',
  libsql: 'sqlite',
  'better-sqlite3': 'sqlite',
  mysql2: 'mysql',
} as const;

/** For processes that compile a database in WebAssembly while the machine does other work. */
const PATIENCE_MILLIS = 240_000;

/** A server of MySQL or MariaDB cannot be brought by npm: tried where somebody names one. */
const mysqlUrl = process.env.VIGIL_TEST_MYSQL_URL;

/** Ten seconds each: `scripts/test --all` runs them all, otherwise one that waits for answers and one that does not, one of each module system. */
const isComplete = process.env.VIGIL_TEST_ALL === 'true';

const PAIRS: readonly (readonly [Orm, Driver, 'esm' | 'cjs'])[] = (['drizzle-orm', 'drizzle-orm-rc'] as const).flatMap(
  (orm) => [
    [orm, 'node-postgres', 'esm'] as const,
    [orm, 'better-sqlite3', 'cjs'] as const,
    ...(isComplete
      ? [
          [orm, 'node-postgres', 'cjs'] as const,
          [orm, 'postgres-js', 'esm'] as const,
          [orm, 'pglite', 'esm'] as const,
          [orm, 'libsql', 'esm'] as const,
          [orm, 'libsql', 'cjs'] as const,
          [orm, 'better-sqlite3', 'esm'] as const,
        ]
      : []),
    ...(mysqlUrl === undefined ? [] : [[orm, 'mysql2', 'esm'] as const]),
  ],
);

/** Names of the spans of every style; `undefined`: as below, by driver. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  select: ['SELECT orders'],
  'select all': ['SELECT orders'],
  join: ['SELECT orders customers'],
  insert: ['INSERT orders'],
  'insert returning': ['INSERT orders'],
  update: ['UPDATE orders'],
  delete: ['DELETE orders'],
  relational: ['SELECT orders customers'],
  'relational first': ['SELECT orders'],
  prepared: ['SELECT orders'],
  'prepared again': ['SELECT orders'],
  raw: ['SELECT orders'],
  'raw literals': ['SELECT orders'],
  count: ['SELECT orders'],
  batch: ['BATCH'],
  'unique violation': ['INSERT orders'],
};

let postgres: OwnPostgres;
let folder: string;

beforeAll(async () => {
  postgres = await startPostgres();
  folder = await mkdtemp(join(tmpdir(), 'vigil-drizzle-'));
}, 60_000);

afterAll(async () => {
  await postgres?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

function run(orm: Orm, driver: Driver, mode: 'bare' | 'vigil' | 'off', module: 'esm' | 'cjs'): Promise<Report> {
  const url =
    driver === 'libsql'
      ? join(folder, `${orm}-${module}-${mode}.db`)
      : driver === 'mysql2'
        ? (mysqlUrl ?? '')
        : postgres.url;
  return runApp<Report>('drizzle.ts', orm, driver, url, mode, module);
}

describe.each(PAIRS)('%s over %s, %s', (orm, driver, module) => {
  let bare: Report;
  let vigil: Report;
  let off: Report;

  beforeAll(async () => {
    // One after the other: they use the same tables.
    bare = await run(orm, driver, 'bare', module);
    vigil = await run(orm, driver, 'vigil', module);
    off = await run(orm, driver, 'off', module);
  }, PATIENCE_MILLIS);

  const answers = ({ steps }: Report) =>
    Object.fromEntries(Object.entries(steps).map(([name, { answer }]) => [name, answer]));

  test('values and errors are those of an application without Vigil, also when it is switched off', () => {
    expect(Object.keys(bare.steps).length).toBeGreaterThanOrEqual(18);
    expect(answers(vigil)).toEqual(answers(bare));
    expect(answers(off)).toEqual(answers(bare));
  });

  test('each query is one span under the span that was active, by its operation and tables', () => {
    for (const [name, { spans }] of Object.entries(vigil.steps)) {
      expect([name, ...new Set(spans.map(({ parent }) => parent))]).toEqual([name, name]);
      if (NAMES[name] !== undefined) expect([name, ...spans.map((span) => span.name)]).toEqual([name, ...NAMES[name]]);
    }
    expect([vigil.open, vigil.warnings]).toEqual([0, []]);
  });

  test('switched off there are neither spans nor metrics', () => {
    expect(Object.values(off.steps).flatMap(({ spans, values }) => [...spans, ...values])).toEqual([]);
  });

  test('spans say what the conventions ask for', () => {
    expect(vigil.steps.select?.spans[0]?.attributes).toMatchObject({
      'db.system.name': SYSTEM[driver],
      'db.operation.name': 'SELECT',
      'db.collection.name': 'orders',
      'db.query.summary': 'SELECT orders',
    });
    expect(vigil.steps['raw literals']?.spans[0]?.attributes['db.query.text']).toBe(
      'select ? as a, ? as b from orders where note <> ?',
    );
    expect(vigil.steps['select all']?.spans[0]?.attributes['db.response.returned_rows']).toBe(3);
    expect(vigil.steps.batch?.spans[0]?.attributes['db.operation.batch.size']).toBe(
      driver === 'libsql' ? 2 : undefined,
    );
  });

  test('errors have a type and what the server answered, and no text', () => {
    for (const name of ['unique violation', 'syntax error']) {
      const [span] = vigil.steps[name]?.spans ?? [];
      expect(span?.status).toBe(2);
      expect(span?.attributes['error.type']).toMatch(
        SYSTEM[driver] === 'sqlite'
          ? /^SQLITE_/
          : /^(?:integrity_constraint_violation|syntax_error_or_access_rule_violation)$/,
      );
      expect(span?.attributes['db.response.status_code']).toMatch(/^(?:23505|42601|1062|1064|SQLITE_[A-Z_]+)$/);
    }
  });

  test('each query is one duration, each transaction another', () => {
    for (const { spans, values } of Object.values(vigil.steps)) {
      expect(values.filter(({ metric }) => metric === 'db.client.operation.duration')).toHaveLength(spans.length);
    }
    const outcomes = (name: string) =>
      vigil.steps[name]?.values.filter(({ metric }) => metric.includes('transaction')).map(({ labels }) => labels[1]);
    expect(outcomes('transaction')).toEqual(['committed']);
    expect(outcomes('transaction rolled back')).toEqual(['rolled_back']);
    expect(outcomes('transaction with savepoints')).toEqual(
      driver === 'better-sqlite3' ? ['undone', 'committed'] : ['undone', 'released', 'committed'],
    );
  });

  test('no canary is in anything that was recorded', () => {
    const recorded = JSON.stringify(Object.values(vigil.steps).map(({ spans, values }) => [spans, values]));
    expect(recorded).not.toMatch(/canary|73917391|secret-password/);
    expect(JSON.stringify(bare.steps)).toMatch(/canary-7391/);
  });

  test('the status names what was patched', () => {
    const [drizzle] = vigil.statuses;
    expect(drizzle?.instrumented.map(({ library, mechanism, module: of }) => [library, mechanism, of])).toEqual([
      ['drizzle-orm', 'patch', module],
    ]);
    expect(drizzle?.refused).toEqual([]);
  });
});

describe.each(['drizzle-orm', 'drizzle-orm-rc'] as const)('%s, what is rare', (orm) => {
  interface Edges {
    readonly steps: Readonly<Record<string, Step>>;
    readonly functions: unknown;
    readonly open: number;
  }
  let bare: Edges;
  let vigil: Edges;

  beforeAll(async () => {
    bare = await runApp<Edges>('drizzle-edges.ts', orm, postgres.url, 'bare');
    vigil = await runApp<Edges>('drizzle-edges.ts', orm, postgres.url, 'vigil');
  }, PATIENCE_MILLIS);

  const names = (step: string) => vigil.steps[step]?.spans.map(({ name }) => name);
  const metrics = (step: string, metric: string) =>
    vigil.steps[step]?.values.filter((value) => value.metric === metric) ?? [];

  test('one unhandled rejection stays one, handled ones stay handled, functions look as before', () => {
    expect((bare.steps['unhandled rejection'] as Step).answer).toEqual([['DrizzleQueryError', '42703']]);
    for (const step of Object.keys(bare.steps))
      expect([step, vigil.steps[step]?.answer]).toEqual([step, bare.steps[step]?.answer]);
    expect(vigil.functions).toEqual(bare.functions);
    expect(vigil.open).toBe(0);
  });

  test('an answer of the cache is no query', () => {
    expect([names('not in the cache'), names('in the cache'), names('no more in the cache')]).toEqual([
      ['SELECT orders'],
      [],
      ['SELECT orders'],
    ]);
  });

  test('a query of 1 s is slow when 900 ms are allowed', () => {
    expect(metrics('slow', 'vigil.db.client.slow_queries')).toHaveLength(1);
    expect(metrics('in parallel', 'vigil.db.client.slow_queries')).toHaveLength(0);
  });

  test('a database that is down is one connection error, though pool and query both see it', () => {
    const errors = metrics('database down', 'vigil.db.client.connection.errors');
    expect(errors.map(({ labels, value }) => [...labels, value])).toEqual([['postgresql', 'ECONNREFUSED', 1]]);
  });

  test('a query of pg itself has its span beside Drizzle', () => {
    expect(names('a query of pg itself')).toEqual(['SELECT']);
  });
});
