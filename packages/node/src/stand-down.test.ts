import { expect, test } from '@jest/globals';
import { readProcessFacts } from './process-facts.ts';
import { type ProcessFacts, standDown } from './stand-down.ts';

const APPLICATION: ProcessFacts = {
  nodeVersion: '24.21.0',
  runtime: 'node',
  isMainThread: true,
  script: '/srv/shop/main.js',
  options: '--import @vigil/node/register',
  loadedModules: [],
  runningVersion: undefined,
  hasTracerProvider: false,
};
const WISH = { disabledBy: undefined, workers: false };
const decide = (facts: Partial<ProcessFacts>, wish: Partial<typeof WISH> = {}) =>
  standDown({ ...APPLICATION, ...facts }, { ...WISH, ...wish });

test('an application is instrumented', () => {
  expect(decide({})).toBeUndefined();
  expect(decide({ script: undefined })).toBeUndefined();
});

test('Node.js 22.15 is enough, 22.14 is not', () => {
  expect(decide({ nodeVersion: '22.15.0' })).toBeUndefined();
  expect(decide({ nodeVersion: '23.0.0' })).toBeUndefined();
  expect(decide({ nodeVersion: '22.14.9' })).toEqual({
    reason: 'node_version',
    because: 'Node.js 22.15 or later is needed, this is 22.14.9',
    quiet: false,
  });
  expect(decide({ nodeVersion: '20.99.0' })?.reason).toBe('node_version');
});

test.each(['bun', 'deno'] as const)('%s is left alone', (runtime) => {
  expect(decide({ runtime })).toMatchObject({ reason: 'runtime', because: `${runtime} is not supported` });
});

test('a variable that switches telemetry off is named', () => {
  const wish = { disabledBy: 'OTEL_SDK_DISABLED=true' };
  expect(standDown(APPLICATION, { ...WISH, ...wish })).toMatchObject({ reason: 'disabled', because: wish.disabledBy });
});

test.each([
  '/usr/lib/node_modules/npm/bin/npm-cli.js',
  '/usr/lib/node_modules/npm/bin/npx-cli.js',
  '/usr/bin/npm',
  '/usr/bin/npx',
  'C:\\Program Files\\nodejs\\node_modules\\npm\\bin\\npm-cli.js',
  '/opt/pnpm/bin/pnpm.cjs',
  '/opt/pnpm/bin/pnpm.mjs',
  '/opt/pnpm/bin/pnpx.cjs',
  '/usr/share/yarn/bin/yarn.js',
  '/srv/shop/.yarn/releases/yarn-4.9.2.cjs',
  '/usr/bin/corepack',
  '/usr/lib/node_modules/corepack/dist/corepack.js',
])('%s is a package manager: left alone without a word', (script) => {
  expect(decide({ script })).toMatchObject({ reason: 'package_manager', quiet: true });
});

test.each(['/srv/npm-mirror.js', '/srv/pnpm/server.js', '/srv/yarn-shop/main.js', '/srv/yarnball.js'])(
  '%s is an application',
  (script) => {
    expect(decide({ script })).toBeUndefined();
  },
);

test('a worker thread is left alone without a word, unless workers are asked for', () => {
  expect(decide({ isMainThread: false })).toMatchObject({ reason: 'worker_thread', quiet: true });
  expect(decide({ isMainThread: false }, { workers: true })).toBeUndefined();
});

test('a second Vigil leaves the first alone', () => {
  expect(decide({ runningVersion: '0.0.9', hasTracerProvider: true })).toMatchObject({
    reason: 'loaded_twice',
    because: '@vigil/node 0.0.9 runs in this process already',
  });
});

test.each([
  '--require dd-trace/init',
  '--import=dd-trace/register.js',
  '-r @opentelemetry/auto-instrumentations-node/register',
  '--import "/srv/node_modules/newrelic/esm-loader.mjs"',
  '--max-old-space-size=512 -r elastic-apm-node/start',
])('another agent among the options is seen: %s', (options) => {
  expect(decide({ options })?.reason).toBe('other_sdk');
});

test('a name that only begins like an agent’s is none', () => {
  expect(decide({ options: '--import ./newrelic-removed.js --import my-dd-trace' })).toBeUndefined();
});

test('another agent that is loaded, or an SDK that is registered, is seen', () => {
  expect(decide({ loadedModules: ['/srv/node_modules/dd-trace/index.js'] })).toMatchObject({
    because: 'dd-trace is loaded already',
  });
  expect(decide({ hasTracerProvider: true })).toMatchObject({ reason: 'other_sdk' });
});

test('the facts of this process are those of an application', () => {
  const facts = readProcessFacts('--max-old-space-size=512');
  expect(facts).toMatchObject({ runtime: 'node', nodeVersion: process.versions.node, runningVersion: undefined });
  expect(facts.options).toContain('--max-old-space-size=512');
});
