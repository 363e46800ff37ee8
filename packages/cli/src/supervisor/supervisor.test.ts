import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { identify, isAlive } from './process-identity.ts';
import type { ProgramSpec, SupervisorFolder } from './program-spec.ts';
import { type ProgramStatus, readRunFile } from './run-file.ts';
import { Supervisor, type SupervisorOptions } from './supervisor.ts';

// Real processes on a machine that may be busy with other tests.
jest.setTimeout(120_000);

let home: string;
let folder: SupervisorFolder;
let supervisor: Supervisor | undefined;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vigil-supervisor-'));
  folder = { run: join(home, 'run'), logs: join(home, 'logs') };
});
afterEach(async () => {
  await supervisor?.stop('end of the test');
  supervisor = undefined;
  rmSync(home, { recursive: true, force: true });
});

function script(name: string, source: string, more: Partial<ProgramSpec> = {}): ProgramSpec {
  return {
    name,
    title: name,
    command: process.execPath,
    args: ['-e', source],
    environment: { PATH: '' },
    directory: home,
    ...more,
  };
}

const IDLE = 'setInterval(() => {}, 1000)';
const fast = { initialDelayMillis: 20, maxDelayMillis: 80, healthyMillis: 60_000 };

function supervise(programs: readonly ProgramSpec[], more: Partial<SupervisorOptions> = {}): Supervisor {
  supervisor = new Supervisor({ programs, folder, restart: fast, random: () => 0.5, ...more });
  supervisor.start();
  return supervisor;
}

function program(name: string): ProgramStatus {
  const file = readRunFile(folder.run);
  const found = file.kind === 'present' ? file.run.programs.find(({ spec }) => spec.name === name) : undefined;
  if (found === undefined) throw new Error(`no ${name} in the run file`);
  return found;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('not within 60 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function logOf(name: string): string {
  const path = join(folder.logs, `${name}.log`);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

test('a program that exits with 3 at once is restarted again and again, and its last exit is kept', async () => {
  supervise([script('crasher', 'console.error("no such file"); process.exit(3)')]);
  await until(() => program('crasher').restarts >= 3);
  expect(program('crasher').lastExit).toMatchObject({ code: 3, signal: null });
  expect(logOf('crasher')).toContain('no such file\nvigil: crasher: exited with code 3; started again in');
});

test('a program that does not exist is in backoff with the reason, and does not end the others', async () => {
  supervise([script('ghost', '', { command: join(home, 'no-such-program') }), script('other', IDLE)]);
  await until(() => program('ghost').restarts >= 1);
  expect(program('ghost').lastExit?.error).toContain('ENOENT');
  expect(program('other').state).toBe('running');
});

test('a program killed with SIGKILL comes back as another process', async () => {
  supervise([script('victim', IDLE)]);
  const before = program('victim').process?.pid ?? 0;
  process.kill(before, 'SIGKILL');
  await until(() => program('victim').restarts === 1 && program('victim').state === 'running');
  expect(program('victim').process?.pid).not.toBe(before);
  expect(program('victim').lastExit).toMatchObject({ code: null, signal: 'SIGKILL' });
});

test('a program that ignores SIGTERM is killed after its 200 ms, not before', async () => {
  const source = `process.on('SIGTERM', () => console.log('no')); console.log('up'); ${IDLE}`;
  const one = supervise([script('stubborn', source, { stopMillis: 200 })]);
  await until(() => logOf('stubborn').includes('up'));
  const { process: identity } = program('stubborn');
  const began = performance.now();
  await one.stop('test');
  expect(performance.now() - began).toBeGreaterThanOrEqual(195);
  expect(identity !== undefined && isAlive(identity)).toBe(false);
  expect(logOf('stubborn')).toBe('up\nno\n');
  expect(program('stubborn')).toMatchObject({ state: 'stopped', lastExit: { signal: 'SIGKILL' } });
});

test('programs stop in reverse order', async () => {
  const one = supervise([script('first', IDLE), script('second', IDLE), script('third', IDLE)]);
  await one.stop('test');
  const order = [...logOf('supervisor').matchAll(/(\w+): stopped, /g)].map(([, name]) => name);
  expect(order).toEqual(['third', 'second', 'first']);
});

test('what a program started goes with it', async () => {
  const source = `const c = require('node:child_process').spawn(process.execPath, ['-e', '${IDLE}']); console.log(c.pid); ${IDLE}`;
  const one = supervise([script('parent', source)]);
  await until(() => logOf('parent').endsWith('\n'));
  const child = identify(Number(logOf('parent')));
  expect(child).toBeDefined();
  await one.stop('test');
  await until(() => child !== undefined && !isAlive(child));
});

test('300 kB of output leave 3 files of 10 kB at most', async () => {
  const source = `for (let i = 0; i < 3000; i += 1) console.log('x'.repeat(99)); ${IDLE}`;
  supervise([script('chatty', source)], { log: { fileBytes: 10_000, files: 3 } });
  await until(() => existsSync(join(folder.logs, 'chatty.log.2')));
  await supervisor?.stop('test');
  for (const end of ['', '.1', '.2']) {
    expect(readFileSync(join(folder.logs, `chatty.log${end}`)).length).toBeLessThanOrEqual(10_000);
  }
  expect(existsSync(join(folder.logs, 'chatty.log.3'))).toBe(false);
});

test('a program waits until the one it needs answers', async () => {
  let status = 503;
  const server = createServer((_, answer) => answer.writeHead(status).end('not yet'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const store = script('store', IDLE, { ready: { kind: 'http', url } });
    supervise([store, script('shop', IDLE, { needs: ['store'] })], { needsMillis: 10 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(program('shop').state).toBe('waiting');
    status = 200;
    await until(() => program('shop').state === 'running');
  } finally {
    server.close();
  }
});

test('a supervisor stopped while a program waits never starts it', async () => {
  const ready = { kind: 'tcp', host: '127.0.0.1', port: 1 } as const;
  const one = supervise([script('store', IDLE, { ready }), script('shop', IDLE, { needs: ['store'] })]);
  await one.stop('test');
  expect(program('shop')).toMatchObject({ state: 'stopped', restarts: 0 });
  expect(logOf('supervisor')).not.toContain('shop: started');
});

test('a removed run folder ends the programs and stays removed', async () => {
  supervise([script('idle', IDLE)], { watchMillis: 20 });
  const { process: identity } = program('idle');
  rmSync(folder.run, { recursive: true });
  await until(() => identity !== undefined && !isAlive(identity));
  await supervisor?.stop('test');
  expect(existsSync(folder.run)).toBe(false);
});

test('the run file holds no environment', () => {
  supervise([script('idle', IDLE, { environment: { HTTPS_PROXY: 'http://user:secret@proxy' } })]);
  expect(readFileSync(join(folder.run, 'supervisor.json'), 'utf8')).not.toContain('secret');
});

test('a double name, a bad name and a need that comes later are refused in one message', () => {
  const programs = [script('A', ''), script('b', '', { needs: ['c'] }), script('c', ''), script('c', '')];
  expect(() => new Supervisor({ programs, folder })).toThrow(
    'program name: expected lower case letters, got "A"; b: needs "c", which does not stand before it; program name: "c" stands there twice',
  );
});
