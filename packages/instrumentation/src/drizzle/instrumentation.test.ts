import { expect, test } from '@jest/globals';
import { StorageContextManager } from '@vigil/tracer';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import type { LoadedFile } from '../module-load/module-loads.ts';
import { createDrizzleInstrumentation } from './instrumentation.ts';

/** An instrumentation, and what tells it of loaded files. */
function setUp() {
  const listeners: ((loaded: LoadedFile) => void)[] = [];
  const refusals: ((library: string, version: string) => void)[] = [];
  const warnings: string[] = [];
  const host = {
    tracer: () => undefined,
    metrics: undefined,
    contextManager: new StorageContextManager(),
    modules: {
      watch: (
        _file: unknown,
        onLoad: (loaded: LoadedFile) => void,
        onRefused: (library: string, version: string) => void,
      ) => {
        listeners.push(onLoad);
        refusals.push(onRefused);
        return () => undefined;
      },
    },
    warn: (line: string) => void warnings.push(line),
    nowMillis: () => 0,
  } as unknown as InstrumentationHost;
  const instrumentation = createDrizzleInstrumentation(host);
  instrumentation.enable();
  instrumentation.enable();
  const load = (file: string, version: string, exports: Record<string, unknown>) => {
    const loaded = {
      library: 'drizzle-orm',
      version,
      file,
      module: 'esm' as const,
      folder: 'node_modules/drizzle-orm',
      exports,
    };
    for (const listener of listeners) listener(loaded);
  };
  return { instrumentation, load, refuse: refusals[0], listeners, warnings };
}

class PgPreparedQuery {
  queryWithCache(_sql: string, _params: unknown[], query: () => unknown): unknown {
    return query();
  }
}

test('enabled twice it watches once', () => {
  expect(setUp().listeners).toHaveLength(1);
});

test('a class without queryWithCache is refused with one line, however many copies there are', () => {
  const { instrumentation, load, warnings } = setUp();
  for (let copy = 0; copy < 3; copy += 1) load('pg-core/session.js', '0.45.4', { PgPreparedQuery: class {} });
  load('pg-core/session.js', '0.45.4', {});
  expect(instrumentation.status()).toMatchObject({
    instrumented: [],
    refused: [{ version: '0.45.4', reason: 'pg-core/session.js: no PgPreparedQuery with queryWithCache' }],
  });
  expect(warnings).toHaveLength(1);
});

test('a version that is not known is refused', () => {
  const { instrumentation, refuse } = setUp();
  refuse?.('drizzle-orm', '2.0.0');
  expect(instrumentation.status().refused).toHaveLength(1);
});

test('without traces and metrics a query goes through, its value and its error as they are', async () => {
  const { instrumentation, load } = setUp();
  load('pg-core/session.js', '0.45.4', { PgPreparedQuery });
  expect(instrumentation.status().instrumented).toHaveLength(1);
  const query = new PgPreparedQuery();
  const value = {};
  const error = new Error('x');
  expect(await query.queryWithCache('select 1', [], async () => value)).toBe(value);
  await expect(query.queryWithCache('select 1', [], () => Promise.reject(error))).rejects.toBe(error);
  expect(() =>
    query.queryWithCache('select 1', [], () => {
      throw error;
    }),
  ).toThrow(error);
  instrumentation.disable();
  expect(query.queryWithCache('select 1', [], () => value)).toBe(value);
  expect(instrumentation.status().isEnabled).toBe(false);
});
