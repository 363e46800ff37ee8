import { expect, test } from '@jest/globals';
import { type CpuProfile, packageOf, profileShares } from './cpu-profile.ts';

const frame = (functionName: string, url = '', lineNumber = 0) => ({ functionName, url, lineNumber });
const CONTEXT = 'file:///app/node_modules/.pnpm/otel@3/node_modules/@opentelemetry/context/dist/manager.js';

/** root → main (application) → with (context manager) → run (Node.js) → handler (application), and what V8 does beside it. */
const PROFILE: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 6, 7, 8] },
    { id: 2, callFrame: frame('main', 'file:///app/main.js', 4), children: [3] },
    { id: 3, callFrame: frame('with', CONTEXT, 9), children: [4] },
    { id: 4, callFrame: frame('run', 'node:internal/storage', 50), children: [5] },
    { id: 5, callFrame: frame('', 'file:///app/main.js', 7) },
    { id: 6, callFrame: frame('(garbage collector)') },
    { id: 7, callFrame: frame('(idle)') },
    { id: 8, callFrame: frame('processTimers', 'node:internal/timers', 1) },
  ],
  samples: [2, 3, 4, 5, 6, 7, 8],
  timeDeltas: [100, 200, 310, 400, 450, 9_000, 600],
};

test('what Node.js does below a package is the package’s, idle time is nobody’s, garbage collection its own', () => {
  const { busyMicros, packages } = profileShares(PROFILE);
  expect(busyMicros).toBe(2_060);
  expect(packages.map(({ name, micros }) => [name, micros])).toEqual([
    ['node', 600],
    ['@opentelemetry/context', 510],
    ['application', 500],
    ['(garbage collector)', 450],
  ]);
  expect(packages.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
});

test('functions are named with package, file and line', () => {
  const { functions } = profileShares(PROFILE);
  expect(functions.map(({ name }) => name)).toEqual([
    'node processTimers timers:2',
    '@opentelemetry/context with manager.js:10',
    '(garbage collector)',
    'application (anonymous) main.js:8',
    'application main main.js:5',
  ]);
});

test('the seconds before `fromSeconds` do not count', () => {
  expect(profileShares(PROFILE, { fromSeconds: 0.000_5 }).busyMicros).toBe(1_760);
});

test.each([
  ['node:fs', 'node'],
  ['', 'node'],
  ['/app/node_modules/pg/lib/client.js', 'pg'],
  ['file:///app/node_modules/a/node_modules/@scope/b/index.js', '@scope/b'],
  ['file:///checkout/packages/tracer/dist/light-span.js', '@vigil/tracer'],
  ['file:///checkout/examples/shop/src/main.ts', 'application'],
])('%s belongs to %s', (url, name) => expect(packageOf(url)).toBe(name));
