import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { problemsOf } from '../supervisor/program-spec.ts';
import { type ExampleOptions, examplePrograms } from './example-applications.ts';
import { readServices } from './services-file.ts';

const temporary: string[] = [];
afterAll(() => {
  for (const folder of temporary) rmSync(folder, { recursive: true, force: true });
});

function checkout(services: unknown): ExampleOptions {
  const root = mkdtempSync(join(tmpdir(), 'vigil-demo-'));
  temporary.push(root);
  mkdirSync(join(root, '.vigil'));
  mkdirSync(join(root, 'data/postgres'), { recursive: true });
  writeFileSync(join(root, 'data/postgres/PG_VERSION'), '18');
  writeFileSync(join(root, '.vigil/services.json'), JSON.stringify(services));
  const ports = { postgres: 1, redis: 2, shop: 3, payments: 4 };
  return {
    root,
    data: join(root, 'data'),
    ports,
    otlp: 'http://127.0.0.1:5',
    environment: { PATH: '/bin' },
    environmentName: 'test',
    userId: 1000,
  };
}
const COMPLETE = { postgres: { binaries: '/pg' }, redis: { binary: '/redis', libraries: ['/lib'] } };

test('without PostgreSQL or Redis the message says what to do', () => {
  expect(() => readServices('/nowhere')).toThrow('run node scripts/setup.mjs');
  expect(() => readServices(checkout({ ...COMPLETE, postgres: null }).root)).toThrow('no PostgreSQL package');
  expect(() => readServices(checkout({ ...COMPLETE, redis: null }).root)).toThrow('start Docker');
});

test('four programs start in an order in which each finds what it needs', async () => {
  const programs = await examplePrograms(checkout(COMPLETE));
  expect(programs.map(({ name }) => name)).toEqual(['postgres', 'redis', 'payments', 'shop']);
  expect(problemsOf(programs)).toEqual([]);
});

test('where setup found an image only, Redis is a container that is told its port and finds the engine', async () => {
  const options = { ...checkout({ ...COMPLETE, redis: { image: 'r:1' } }), environment: { DOCKER_HOST: 'unix:///d' } };
  const redis = (await examplePrograms(options))[1];
  expect(redis?.command).toBe(join(options.root, 'scripts/redis-in-docker'));
  expect(redis?.args).toEqual(['r:1', '2']);
  expect(redis?.environment).toEqual({ DOCKER_HOST: 'unix:///d' });
});

test('both applications start with the flag and everything else stays on 127.0.0.1', async () => {
  const programs = await examplePrograms(checkout(COMPLETE));
  for (const program of programs.slice(2))
    expect(program.args.slice(0, 2)).toEqual(['--import', '@vigil/node/register']);
  expect(programs[0]?.args).toContain('listen_addresses=127.0.0.1');
  expect(programs[1]?.args.join(' ')).toContain('--bind 127.0.0.1');
});

test('as root PostgreSQL runs as user 1000 of a user namespace', async () => {
  const [postgres] = await examplePrograms({ ...checkout(COMPLETE), userId: 0 });
  expect(postgres?.command).toBe('/usr/bin/unshare');
  expect(postgres?.args.slice(0, 4)).toEqual(['--user', '--map-user=1000', '--', '/pg/postgres']);
});
