import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { isLacking, lacksOf, leftOut } from './lacks.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function checkout(services: unknown, notBuilt?: string): string {
  const root = mkdtempSync(join(tmpdir(), 'vigil-lacks-'));
  folders.push(root);
  mkdirSync(join(root, '.vigil/programs'), { recursive: true });
  writeFileSync(join(root, '.vigil/services.json'), JSON.stringify(services));
  if (notBuilt !== undefined) writeFileSync(join(root, '.vigil/programs/not-built'), notBuilt);
  return root;
}
const SERVICES = { postgres: {}, redis: {} };

test('a machine that has everything lacks nothing', () => {
  expect(lacksOf(checkout(SERVICES))).toEqual([]);
});

test('without Go the suites on real programs are skipped with the reason, the examples still run', () => {
  const lacks = lacksOf(checkout(SERVICES, 'needs Go 1.26'));
  expect(isLacking(lacks, 'e2e/signals/')).toBe(true);
  expect(isLacking(lacks, 'e2e/examples/')).toBe(false);
  expect(leftOut(lacks, 'unit', false).map(({ suite }) => suite)).toHaveLength(3);
  expect(leftOut(lacks, 'e2e', false)[0]).toMatchObject({
    status: 'skipped',
    detail: 'no programs of the stack: needs Go 1.26',
  });
});

test('without PostgreSQL the tests that start one are left out of the unit tests, without Redis they run', () => {
  const suite = 'packages/instrumentation/test/database/';
  const withoutPostgres = lacksOf(checkout({ ...SERVICES, postgres: null }));
  expect(leftOut(withoutPostgres, 'unit', false)).toEqual([
    { suite, name: 'all of it', status: 'skipped', detail: 'no PostgreSQL for this platform' },
  ]);
  const withoutRedis = lacksOf(checkout({ ...SERVICES, redis: null }));
  expect(['e2e/matrix/redis/', 'e2e/examples/', suite].map((each) => isLacking(withoutRedis, each))).toEqual([
    true,
    true,
    false,
  ]);
});

test('in CI what is left out has failed', () => {
  const lacks = lacksOf(checkout({ ...SERVICES, redis: null }));
  expect(leftOut(lacks, 'e2e', true).every(({ status }) => status === 'failed')).toBe(true);
});

test('a suite that lacks two things is left out once', () => {
  const suites = leftOut(lacksOf(checkout({ ...SERVICES, redis: null }, 'no Go')), 'e2e', false).map(
    ({ suite }) => suite,
  );
  expect(suites).toContain('e2e/examples/');
  expect(new Set(suites).size).toBe(suites.length);
});
