import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type FakeStack, fakeStack } from '../../test/fake-stack.ts';
import { findSurvivors } from '../supervisor/orphans.ts';
import { isAlive } from '../supervisor/process-identity.ts';
import { readRunFile } from '../supervisor/run-file.ts';

// Real processes on a machine that may be busy with other tests.
jest.setTimeout(120_000);

let stack: FakeStack;
beforeEach(async () => {
  stack = await fakeStack();
});
afterEach(() => stack.remove());

const runFolder = (): string => join(stack.home, 'native/run');
const portOfSetting = (name: string): number => Number(stack.environment[name]);
const nothingRuns = (): void => expect(findSurvivors(runFolder())).toEqual({ supervisor: undefined, programs: [] });

async function occupied<T>(port: number, task: () => Promise<T>): Promise<T> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  try {
    return await task();
  } finally {
    server.close();
  }
}

test('a program that dies at start fails up with 1, shows the end of its log and leaves nothing running', async () => {
  stack.program('loki', 'console.error("cannot read the schema"); process.exit(7)');
  const said = await stack.vigil(['up']);
  expect(said.code).toBe(1);
  expect(said.notes).toContain('Loki does not stay up: started 4 times, last: exit 7.');
  expect(said.notes).toContain('  cannot read the schema');
  expect(said.notes).toContain('The end of .vigil/native/logs/loki.log:');
  nothingRuns();
});

test('a program that is not ready in time fails up with 1 and says what its probe heard', async () => {
  stack.program('loki', 'setInterval(() => {}, 1000)');
  const said = await stack.vigil(['up', '--timeout', '1']);
  expect(said.code).toBe(1);
  expect(said.notes).toContain('Loki was not ready after 1 s: nothing listens.');
  nothingRuns();
});

test('two ports in use are named in one line, exit code 2, and nothing is started', async () => {
  const said = await occupied(portOfSetting('VIGIL_PROMETHEUS_PORT'), () =>
    occupied(portOfSetting('VIGIL_LOKI_PORT'), () => stack.vigil(['up'])),
  );
  expect(said.code).toBe(2);
  expect(said.notes).toEqual([
    expect.stringMatching(/^vigil: port \d+ \(Prometheus\) is in use by .*VIGIL_PROMETHEUS_PORT; port \d+ \(Loki\).*$/),
  ]);
  expect(existsSync(runFolder())).toBe(false);
  nothingRuns();
});

test('programs that are not built are named with the way to get them, exit code 2', async () => {
  stack.environment.VIGIL_PROGRAMS = 'nowhere';
  const said = await stack.vigil(['up']);
  expect(said.code).toBe(2);
  expect(said.notes).toEqual([
    `vigil: missing in ${join(stack.root, 'nowhere')}: alertmanager, prometheus, jaeger, loki, vigil-collector; set VIGIL_PROGRAMS, or use --engine docker`,
  ]);
});

test('an overlay that does not exist is answered with those that do', async () => {
  const said = await stack.vigil(['up', '--overlay', 'tail']);
  expect(said).toMatchObject({ code: 2 });
  expect(said.notes).toEqual([
    'vigil: overlay tail: no such file in collector/overlays; there is: none, tail-sampling',
  ]);
});

test('a setting that is no port ends every verb with 2 and its name', async () => {
  stack.environment.VIGIL_LOKI_PORT = 'http';
  const said = await stack.vigil(['status']);
  expect(said.code).toBe(2);
  expect(said.notes).toEqual(['vigil: environment: VIGIL_LOKI_PORT: expected a port from 1 to 65535, got "http"']);
});

test('up, status, up again, down and down again: 0, 0, 0, 0, 0, and no process is left', async () => {
  const up = await stack.vigil(['up', '--overlay', 'tail-sampling']);
  expect(up).toMatchObject({ code: 0 });
  expect(up.out).toContainEqual(expect.stringMatching(/^Prometheus +http:\/\/127\.0\.0\.1:\d+ +3\.\d+\.\d+$/));
  const status = await stack.vigil(['status', '--json']);
  expect(status.code).toBe(0);
  const { programs, state } = JSON.parse(status.out.join('\n'));
  expect(state).toBe('running');
  expect(programs.map(({ name }: { name: string }) => name)).toEqual([
    'alertmanager',
    'prometheus',
    'jaeger',
    'loki',
    'collector',
  ]);
  const again = await stack.vigil(['up']);
  expect(again.code).toBe(0);
  expect(again.notes[0]).toContain('already running');
  expect((await stack.vigil(['logs', 'collector'])).out[0]).toContain('/overlays/tail-sampling.yaml');

  const down = await stack.vigil(['down']);
  expect(down).toMatchObject({ code: 0 });
  expect(down.notes).toContain('Stopped native: alertmanager, prometheus, jaeger, loki, collector.');
  expect(readdirSync(join(stack.home, 'native')).sort()).toEqual(['data', 'logs']);
  expect(await stack.vigil(['down'])).toMatchObject({ code: 0, notes: ['Nothing is running.'] });
  expect(await stack.vigil(['status'])).toMatchObject({ code: 1, out: [] });
  nothingRuns();
  await stack.vigil(['down', '--volumes']);
  expect(readdirSync(stack.home)).toEqual(['programs']);
});

test('a program killed with SIGKILL is restarted, and status shows how often and why', async () => {
  await stack.vigil(['up']);
  const file = readRunFile(runFolder());
  const loki = file.kind === 'present' ? file.run.programs.find(({ spec }) => spec.name === 'loki') : undefined;
  process.kill(loki?.process?.pid ?? 0, 'SIGKILL');
  while (loki?.process && isAlive(loki.process)) await new Promise((resolve) => setTimeout(resolve, 5));
  expect((await stack.vigil(['status'])).code).toBe(1);
  // Started again after 0.5 s, then ready when it listens: asked until the test's own time is over.
  let said = await stack.vigil(['status']);
  while (said.code !== 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    said = await stack.vigil(['status']);
  }
  expect(said.out).toContainEqual(expect.stringMatching(/^loki +running +yes +\d+ +\d+s +1 \(SIGKILL\) /));
});

test('after SIGKILL of the supervisor status says lost with 1, and up clears up and starts afresh', async () => {
  await stack.vigil(['up']);
  const file = readRunFile(runFolder());
  if (file.kind !== 'present') throw new Error('no run file');
  process.kill(file.run.supervisor.pid, 'SIGKILL');
  while (isAlive(file.run.supervisor)) await new Promise((resolve) => setTimeout(resolve, 5));
  const status = await stack.vigil(['status', '--json']);
  expect(status.code).toBe(1);
  expect(JSON.parse(status.out.join('\n'))).toMatchObject({ state: 'lost', programs: { length: 5 } });
  const up = await stack.vigil(['up']);
  expect(up.code).toBe(0);
  expect(up.notes).toContain('Ended 5 processes that a killed supervisor had left behind.');
});

test('a supervisor stopped from outside is not running, and up starts again', async () => {
  await stack.vigil(['up', '--no-wait']);
  const file = readRunFile(runFolder());
  if (file.kind !== 'present') throw new Error('no run file');
  process.kill(file.run.supervisor.pid, 'SIGTERM');
  while (isAlive(file.run.supervisor)) await new Promise((resolve) => setTimeout(resolve, 5));
  expect((await stack.vigil(['status'])).notes).toEqual([
    'Its supervisor was stopped from outside.',
    'The stack is not running: start it with `vigil up`.',
  ]);
  expect((await stack.vigil(['up'])).code).toBe(0);
});

test('Ctrl-C while waiting ends what was started, exit code 130', async () => {
  stack.program('loki', 'setInterval(() => {}, 1000)');
  const interruption = new AbortController();
  const said = stack.vigil(['up'], interruption.signal);
  while (readRunFile(runFolder()).kind !== 'present') await new Promise((resolve) => setTimeout(resolve, 5));
  interruption.abort();
  expect(await said).toMatchObject({ code: 130 });
  expect((await said).notes).toContain('Interrupted.');
  nothingRuns();
});

test('a Ctrl-C before anything is started starts nothing', async () => {
  expect(await stack.vigil(['up'], AbortSignal.abort())).toEqual({ code: 130, out: [], notes: [] });
  expect(existsSync(runFolder())).toBe(false);
});

test('programs whose run folder and supervisor are gone are still found and ended', async () => {
  if (process.platform !== 'linux') return;
  await stack.vigil(['up']);
  const file = readRunFile(runFolder());
  if (file.kind !== 'present') throw new Error('no run file');
  process.kill(file.run.supervisor.pid, 'SIGKILL');
  while (isAlive(file.run.supervisor)) await new Promise((resolve) => setTimeout(resolve, 5));
  rmSync(runFolder(), { recursive: true });
  expect((await stack.vigil(['status'])).notes[0]).toContain('5 processes still running');
  expect((await stack.vigil(['down'])).notes).toContain('Ended 5 processes that a killed supervisor had left behind.');
  nothingRuns();
});

test('of two up at the same moment one starts the stack and the other says who does', async () => {
  const both = await Promise.all([stack.vigil(['up']), stack.vigil(['up'])]);
  expect(both.map(({ code }) => code).sort()).toEqual([0, 2]);
  expect(both.find(({ code }) => code === 2)?.notes).toEqual([
    `vigil: another vigil (pid ${process.pid}) is starting this stack: wait for it`,
  ]);
});

test('a lock whose holder is gone holds up nobody', async () => {
  await stack.vigil(['up', '--no-wait']);
  await stack.vigil(['down']);
  writeFileSync(join(stack.home, 'native/up.lock'), '{"pid": 1, "started": "another boot"}');
  expect((await stack.vigil(['up', '--no-wait'])).code).toBe(0);
});

test('logs are kept after down, follow shows what is new, an unknown program is answered with those that have one', async () => {
  expect(await stack.vigil(['logs'])).toMatchObject({ code: 2 });
  stack.program(
    'jaeger',
    'console.log("old"); setTimeout(() => console.log("new"), 1500); setInterval(() => {}, 1000)',
  );
  await stack.vigil(['up', '--no-wait']);
  const log = join(stack.home, 'native/logs/jaeger.log');
  while (!existsSync(log)) await new Promise((resolve) => setTimeout(resolve, 5));
  const interruption = new AbortController();
  const following = stack.vigil(['logs', 'jaeger', '-f', '-n', '0'], interruption.signal);
  while (!readFileSync(log, 'utf8').includes('new')) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 400));
  interruption.abort();
  expect(await following).toMatchObject({ code: 0, out: ['new'] });
  await stack.vigil(['down']);
  expect(await stack.vigil(['logs', 'jaeger', '-n', '1'])).toMatchObject({ out: ['new'] });
  const all = await stack.vigil(['logs', '-n', '1']);
  expect(all.out).toContainEqual(expect.stringMatching(/^supervisor {3}\| .* supervisor: stopped$/));
  const unknown = await stack.vigil(['logs', 'lokki']);
  expect(unknown.code).toBe(2);
  expect(unknown.notes[0]).toBe(
    'vigil: no log of "lokki"; there are: alertmanager, collector, jaeger, loki, prometheus, supervisor',
  );
});
