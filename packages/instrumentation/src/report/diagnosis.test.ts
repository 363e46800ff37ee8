import { expect, test } from '@jest/globals';
import type { InstrumentationStatus } from '../instrumentation.ts';
import type { ModuleLoads } from '../module-load/module-loads.ts';
import type { ApplicationFacts } from './application-facts.ts';
import { diagnose } from './diagnosis.ts';
import { CHANNEL_LIBRARIES, noting, type SupportedLibrary } from './supported-library.ts';

const MODE = { module: 'esm', bundler: undefined, loader: undefined, startedBy: undefined } as const;

const SUPPORTED: readonly SupportedLibrary[] = [
  { instrumentation: 'express', library: 'express', versions: '>=4.16 <6', mechanism: 'patch' },
  { instrumentation: 'express', library: 'router', versions: '>=2 <3', mechanism: 'patch' },
  { instrumentation: 'pg', library: 'pg', versions: '>=8 <9', mechanism: 'patch' },
  { instrumentation: 'pg', library: 'pg-pool', versions: '>=3 <4', mechanism: 'patch' },
  { instrumentation: 'redis', library: 'ioredis', versions: '>=5 <7', mechanism: 'patch' },
  { instrumentation: 'redis', library: '@redis/client', versions: '>=5 <7', mechanism: 'patch' },
  ...CHANNEL_LIBRARIES,
];

const http: InstrumentationStatus = {
  name: 'http',
  isEnabled: true,
  instrumented: [{ library: 'node:http server', version: '24.0.0', mechanism: 'channel', module: 'builtin' }],
  refused: [],
};

function facts(installed: Record<string, string>, more: Partial<ApplicationFacts> = {}): ApplicationFacts {
  return {
    nodeVersion: '24.0.0',
    mode: MODE,
    dependencies: Object.keys(installed),
    installedVersion: (library) => installed[library],
    isExternal: () => true,
    loadedBefore: [],
    blindSpot: undefined,
    ...more,
  };
}

const awaitedNames = (given: ApplicationFacts) =>
  diagnose([http], SUPPORTED, given).awaited.map(({ library, version }) => `${library} ${version}`);
const told = (given: ApplicationFacts, statuses = [http]) =>
  diagnose(statuses, SUPPORTED, given).notInstrumented.map(({ library, version, cause, reason }) =>
    [library, version, cause, reason].join(' | '),
  );

test('before anything is loaded: what is there already, and what will be when it is loaded', () => {
  const diagnosis = diagnose(
    [http],
    SUPPORTED,
    facts({ express: '5.3.0', pg: '8.23.1', redis: '5.12.0', fastify: '5.6.0' }),
  );
  expect(diagnosis.instrumented).toEqual({
    channel: [{ instrumentation: 'http', library: 'node:http server', version: '24.0.0', module: 'builtin' }],
    patch: [],
    observation: [],
  });
  expect(diagnosis.awaited).toEqual([
    { instrumentation: 'express', library: 'express', version: '5.3.0', mechanism: 'patch' },
    { instrumentation: 'pg', library: 'pg', version: '8.23.1', mechanism: 'patch' },
    { instrumentation: 'redis', library: 'redis', version: '5.12.0', mechanism: 'patch' },
    { instrumentation: 'fastify', library: 'fastify', version: '5.6.0', mechanism: 'channel' },
  ]);
  expect(diagnosis.notInstrumented).toEqual([]);
});

test('once a library is loaded it is instrumented and no more awaited', () => {
  const pg: InstrumentationStatus = {
    name: 'pg',
    isEnabled: true,
    instrumented: [{ library: 'pg', version: '8.23.1', mechanism: 'patch', module: 'cjs' }],
    refused: [],
  };
  const diagnosis = diagnose([http, pg], SUPPORTED, facts({ express: '5.3.0', pg: '8.23.1' }));
  expect(diagnosis.instrumented.patch).toEqual([
    { instrumentation: 'pg', library: 'pg', version: '8.23.1', module: 'cjs' },
  ]);
  expect(diagnosis.awaited.map(({ library }) => library)).toEqual(['express']);
});

test('a part that comes with its library is not a library of its own', () => {
  expect(awaitedNames(facts({ express: '5.3.0', router: '2.2.0', pg: '8.23.1', 'pg-pool': '3.10.0' }))).toEqual([
    'express 5.3.0',
    'pg 8.23.1',
  ]);
});

test('a declared dependency of another version is told with the versions that are known; one of a dependency is not', () => {
  const versions = { ioredis: '4.28.5', pg: '8.23.1' };
  expect(told(facts(versions))).toEqual(['ioredis | 4.28.5 | version | expected >=5 <7']);
  expect(told(facts(versions, { dependencies: ['pg'] }))).toEqual([]);
});

test('a loaded library that was refused is told once, with what its instrumentation says', () => {
  const redis: InstrumentationStatus = {
    name: 'redis',
    isEnabled: true,
    instrumented: [],
    refused: [{ library: 'ioredis', version: '4.28.5', reason: 'version 4.28.5, known are >=5 <7' }],
  };
  expect(told(facts({ ioredis: '4.28.5' }), [http, redis])).toEqual([
    'ioredis | 4.28.5 | refused | version 4.28.5, known are >=5 <7',
  ]);
});

test('a known library without an instrumentation is told, unless it is not declared or not installed', () => {
  expect(told(facts({ mongodb: '6.20.0', lodash: '4.17.21' }))).toEqual([
    'mongodb | 6.20.0 | no_instrumentation | no instrumentation yet',
  ]);
  expect(told(facts({ mongodb: '6.20.0' }, { dependencies: [] }))).toEqual([]);
  expect(told(facts({}, { dependencies: ['mongodb'] }))).toEqual([]);
});

test('a driver without an instrumentation is seen through drizzle where that is installed', () => {
  expect(told(facts({ mysql2: '3.15.0' }))).toEqual(['mysql2 | 3.15.0 | no_instrumentation | no instrumentation yet']);
  expect(told(facts({ mysql2: '3.15.0', 'drizzle-orm': '0.45.1' }))).toEqual([
    'mysql2 | 3.15.0 | no_instrumentation | seen through drizzle-orm only',
  ]);
});

test('what was loaded before Vigil is missed and said so; what speaks on a channel is not', () => {
  const loadedBefore = [
    '/app/node_modules/pg/lib/index.js',
    'C:\\app\\node_modules\\express\\index.js',
    '/app/node_modules/fastify/fastify.js',
  ];
  const given = facts({ pg: '8.23.1', express: '5.3.0', fastify: '5.6.0', ioredis: '5.9.0' }, { loadedBefore });
  expect(told(given)).toEqual([
    'express | 5.3.0 | loaded_before | loaded before Vigil, whose --import goes first',
    'pg | 8.23.1 | loaded_before | loaded before Vigil, whose --import goes first',
  ]);
  expect(awaitedNames(given)).toEqual(['ioredis 5.9.0', 'fastify 5.6.0']);
});

test('what a bundle does not load as a module is inside it, installed or not; channels reach it', () => {
  const mode = { ...MODE, bundler: 'esbuild' };
  const isExternal = (library: string) => library === 'ioredis';
  const given = facts({ express: '5.3.0', ioredis: '5.9.0', fastify: '5.6.0' }, { mode, isExternal });
  expect(told(given)).toEqual(['express | 5.3.0 | bundled | inside the bundle of esbuild: keep it external']);
  expect(awaitedNames(given)).toEqual(['ioredis 5.9.0', 'fastify 5.6.0']);
  expect(told(facts({}, { mode, isExternal, dependencies: ['pg'] }))).toEqual([
    'pg |  | bundled | inside the bundle of esbuild: keep it external',
  ]);
  expect(told(facts({ pg: '8.23.1' }, { mode, isExternal, dependencies: [] }))).toEqual([]);
  expect(told(facts({}, { dependencies: ['pg'] }))).toEqual([]);
});

test('instrumentations that are off are named', () => {
  expect(diagnose([{ ...http, isEnabled: false }], [], facts({})).switchedOff).toEqual(['http']);
});

test('every watched library is noted with its versions, and is watched all the same', () => {
  const watched: string[] = [];
  const modules: ModuleLoads = {
    watch: ({ library }) => {
      watched.push(library);
      return () => void watched.pop();
    },
  };
  const noted: SupportedLibrary[] = [];
  const wrapped = noting(modules, 'pg', (library) => void noted.push(library));
  const stop = wrapped.watch({ library: 'pg', files: ['lib/client.js'], versions: '>=8 <9' }, () => undefined);
  expect(noted).toEqual([{ instrumentation: 'pg', library: 'pg', versions: '>=8 <9', mechanism: 'patch' }]);
  expect(watched).toEqual(['pg']);
  stop();
  expect(watched).toEqual([]);
});
