import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from './outcome.ts';

/** Something this machine does not have, and the tests that cannot run without it, by the beginning of their paths. */
export interface Lack {
  readonly reason: string;
  readonly suites: readonly string[];
}

const NEED_PROGRAMS: readonly string[] = [
  'packages/monitoring/src/rules.test.ts',
  'packages/monitoring/src/routing.test.ts',
  'packages/monitoring/src/delivery.test.ts',
  ...[
    'bench',
    'collector',
    'compose',
    'dashboards',
    'demo',
    'down',
    'outside',
    'page',
    'pipeline',
    'restarts',
    'signals',
  ].map((folder) => `e2e/${folder}/`),
];
const NEED_SERVICES: readonly string[] = [
  'e2e/examples/',
  ...NEED_PROGRAMS.filter((suite) => suite.startsWith('e2e/') && !/^e2e\/(collector|pipeline)\/$/.test(suite)),
];
/** These start servers of their own, and need one kind only. */
const NEED_POSTGRES: readonly string[] = ['packages/instrumentation/test/database/'];
const NEED_REDIS: readonly string[] = ['e2e/matrix/redis/'];

interface ServicesFile {
  readonly postgres: unknown;
  readonly redis: unknown;
}

/** What `scripts/setup.mjs` could not prepare in this checkout. */
export function lacksOf(root: string): Lack[] {
  const notBuilt = join(root, '.vigil/programs/not-built');
  const services = join(root, '.vigil/services.json');
  const lacks: Lack[] = [];
  if (existsSync(notBuilt))
    lacks.push({
      reason: `no programs of the stack: ${readFileSync(notBuilt, 'utf8').trim()}`,
      suites: NEED_PROGRAMS,
    });
  const { postgres, redis }: ServicesFile = existsSync(services)
    ? (JSON.parse(readFileSync(services, 'utf8')) as ServicesFile)
    : { postgres: null, redis: null };
  if (postgres === null)
    lacks.push({ reason: 'no PostgreSQL for this platform', suites: [...NEED_POSTGRES, ...NEED_SERVICES] });
  if (redis === null)
    lacks.push({
      reason: 'no Redis: neither on PATH, nor by apt, nor Docker',
      suites: [...NEED_REDIS, ...NEED_SERVICES],
    });
  return lacks;
}

/** Whether what a suite needs is there: `suite` as in the list above. Never throws. */
export function isLacking(lacks: readonly Lack[], suite: string): boolean {
  return lacks.some(({ suites }) => suites.includes(suite));
}

/**
 * One outcome for each suite that is left out: skipped with the reason; failed in CI, which has to have everything. Never
 * throws.
 */
export function leftOut(lacks: readonly Lack[], stage: 'unit' | 'e2e', isCi: boolean): Outcome[] {
  const wanted = lacks.flatMap(({ reason, suites }) => suites.map((suite) => ({ reason, suite })));
  const first = wanted.filter(({ suite }, at) => wanted.findIndex((other) => other.suite === suite) === at);
  return first
    .filter(({ suite }) => suite.startsWith('e2e/') === (stage === 'e2e'))
    .map(({ suite, reason }) => ({
      suite,
      name: 'all of it',
      status: isCi ? 'failed' : 'skipped',
      detail: isCi ? `not run in CI: ${reason}` : reason,
    }));
}
