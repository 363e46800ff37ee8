import { expect, test } from '@jest/globals';
import type { Diagnosis } from './diagnosis.ts';
import { instrumentationWords } from './instrumentation-words.ts';

const MODE = { module: 'esm', bundler: undefined, loader: undefined, startedBy: undefined } as const;

const NOTHING: Diagnosis = {
  nodeVersion: '24.21.0',
  mode: MODE,
  instrumented: { channel: [], patch: [], observation: [] },
  awaited: [],
  notInstrumented: [],
  switchedOff: [],
  blindSpot: undefined,
};

const words = (change: Partial<Diagnosis>) => instrumentationWords({ ...NOTHING, ...change }).join(' · ');

const builtin = (instrumentation: string, library: string) =>
  ({ instrumentation, library, version: '24.21.0', module: 'builtin' }) as const;
const awaited = (library: string, version: string, mechanism: 'channel' | 'patch' | 'observation' = 'patch') => ({
  instrumentation: library,
  library,
  version,
  mechanism,
});

test('Node.js, mode, what is instrumented by what, what is not and why, in one line', () => {
  const channel = [
    builtin('http', 'node:http server'),
    builtin('http', 'node:https client'),
    { ...builtin('undici', 'fetch'), version: '7.16.0' },
  ];
  const line = words({
    instrumented: { channel, patch: [], observation: [builtin('runtime-node', 'node')] },
    awaited: [
      awaited('express', '5.3.0'),
      awaited('pg', '8.23.1'),
      awaited('fastify', '5.6.0', 'channel'),
      awaited('next', '16.0.1', 'observation'),
    ],
    notInstrumented: [
      { library: 'mysql2', version: '3.15.0', cause: 'no_instrumentation', reason: 'no instrumentation yet' },
      { library: 'ioredis', version: '4.28.5', cause: 'version', reason: 'expected >=5 <7' },
    ],
  });
  expect(line).toBe(
    'Node.js 24.21.0, ESM · instruments http, undici, fastify 5.6.0 by channel; express 5.3.0, pg 8.23.1 by patch; next 16.0.1 by observation · not instrumented: mysql2 3.15.0 (no instrumentation yet), ioredis 4.28.5 (expected >=5 <7) · runtime metrics',
  );
});

test('a mode is said as far as it is known', () => {
  const mode = (change: Partial<Diagnosis['mode']>) => words({ mode: { ...MODE, ...change } }).split(' · ')[0];
  expect(mode({ module: 'cjs', bundler: 'esbuild' })).toBe('Node.js 24.21.0, CJS, bundle of esbuild');
  expect(mode({ loader: 'tsx' })).toBe('Node.js 24.21.0, ESM, through tsx');
  expect(mode({ module: undefined, startedBy: 'next' })).toBe('Node.js 24.21.0, started by next');
  expect(mode({ module: undefined })).toBe('Node.js 24.21.0');
});

test('nothing is said to be nothing, and what Node.js does not let us see is said', () => {
  expect(words({})).toBe('Node.js 24.21.0, ESM · instruments nothing');
  expect(words({ blindSpot: 'what is imported is not seen' })).toBe(
    'Node.js 24.21.0, ESM · instruments nothing · what is imported is not seen',
  );
});

test('the 11th library of a list is counted, not named', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => awaited(`a${index}`, '1.0.0'));
  expect(words({ awaited: many(10) })).not.toContain('more');
  expect(words({ awaited: many(11) })).toMatch(/a9 1\.0\.0 and 1 more by patch$/);
});

test('two copies of one version are one word, two versions are two', () => {
  const copy = { instrumentation: 'pg', library: 'pg', version: '8.23.1', module: 'cjs' } as const;
  const patch = [copy, { ...copy, module: 'esm' as const }, { ...copy, version: '8.11.0' }];
  expect(words({ instrumented: { channel: [], patch, observation: [] } })).toContain(
    'instruments pg 8.23.1, pg 8.11.0 by patch',
  );
});

test('it stays one short line, whatever a package.json holds', () => {
  const version = `1.0.0\nroot: logged in ${'x'.repeat(100_000)}`;
  const line = words({
    awaited: [awaited('pg', version)],
    notInstrumented: [{ library: 'a', version, cause: 'refused', reason: version }],
    blindSpot: version,
  });
  expect(line).not.toContain('\n');
  expect(line.length).toBeLessThan(400);
});
