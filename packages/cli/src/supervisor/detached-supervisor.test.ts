import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { inheritedEnvironment } from './inherited-environment.ts';
import { carriesMarker, inspectSupervisor } from './orphans.ts';
import { identify, isAlive } from './process-identity.ts';
import type { ProgramSpec, SupervisorFolder } from './program-spec.ts';
import { type RunState, readRunFile, writeRunFile } from './run-file.ts';
import { startSupervisor } from './start-supervisor.ts';
import { stopSupervisor } from './stop-supervisor.ts';
import { waitUntilReady } from './wait-until-ready.ts';

// Real processes on a machine that may be busy with other tests.
jest.setTimeout(120_000);

let home: string;
let folder: SupervisorFolder;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vigil-detached-'));
  folder = { run: join(home, 'run'), logs: join(home, 'logs') };
});
afterEach(async () => {
  await stopSupervisor(folder);
  rmSync(home, { recursive: true, force: true });
});

const IDLE = 'setInterval(() => {}, 1000)';
const DEAF = { kind: 'tcp', host: '127.0.0.1', port: 1 } as const;
const environment = inheritedEnvironment({ PATH: process.env.PATH });

function script(name: string, source: string): ProgramSpec {
  const run = { command: process.execPath, args: ['-e', source], environment, directory: home };
  return { name, title: name, stopMillis: 2_000, ...run };
}

const start = (programs: readonly ProgramSpec[]): Promise<RunState> =>
  startSupervisor({ folder, programs, environment });

function processesOf(run: RunState): { pid: number; started: string }[] {
  return run.programs.flatMap(({ process: identity }) => (identity ? [identity] : []));
}

function runState(): RunState {
  const file = readRunFile(folder.run);
  if (file.kind !== 'present') throw new Error(`run file is ${file.kind}`);
  return file.run;
}

test('the supervisor outlives the process that started it, and a second stop does nothing', async () => {
  const module = fileURLToPath(new URL('./start-supervisor.ts', import.meta.url));
  const plan = JSON.stringify({ folder, programs: [script('idle', IDLE)], environment });
  const source = `import { startSupervisor } from ${JSON.stringify(module)}; await startSupervisor(${plan});`;
  const starter = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
  expect(starter.stderr).toBe('');
  expect(starter.status).toBe(0);
  expect(await waitUntilReady({ folder, deadlineMillis: 60_000, pollMillis: 10 })).toEqual({ kind: 'ready' });
  const run = runState();
  expect(isAlive(run.supervisor)).toBe(true);
  expect(await stopSupervisor(folder)).toEqual({ stopped: ['idle'], orphans: [] });
  expect([run.supervisor, ...processesOf(run)].filter(isAlive)).toEqual([]);
  expect(existsSync(folder.run)).toBe(false);
  expect(await stopSupervisor(folder)).toEqual({ stopped: [], orphans: [] });
});

test('after SIGKILL of the supervisor the run is lost, its orphan is named and the next stop ends it', async () => {
  await start([script('idle', IDLE)]);
  await waitUntilReady({ folder, deadlineMillis: 60_000, pollMillis: 10 });
  const run = runState();
  const [orphan] = processesOf(run);
  process.kill(run.supervisor.pid, 'SIGKILL');
  while (isAlive(run.supervisor)) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(inspectSupervisor(folder.run)).toMatchObject({ kind: 'lost', survivors: [orphan] });
  expect((await stopSupervisor(folder)).orphans).toEqual([orphan]);
  expect(orphan !== undefined && isAlive(orphan)).toBe(false);
  expect(inspectSupervisor(folder.run)).toEqual({ kind: 'absent' });
});

test('an orphan that no run file names is found by its marker', async () => {
  if (process.platform !== 'linux') return;
  await start([script('idle', IDLE)]);
  await waitUntilReady({ folder, deadlineMillis: 60_000, pollMillis: 10 });
  const run = runState();
  process.kill(run.supervisor.pid, 'SIGKILL');
  while (isAlive(run.supervisor)) await new Promise((resolve) => setTimeout(resolve, 5));
  rmSync(folder.run, { recursive: true });
  expect((await stopSupervisor(folder)).orphans).toEqual(processesOf(run));
});

test('a recycled pid in the run file is left alone', async () => {
  const self = identify(process.pid);
  if (self === undefined) throw new Error('no identity');
  const { environment: _, ...spec } = script('idle', IDLE);
  const stranger = { pid: self.pid, started: 'another time' };
  const program = { spec, state: 'running', process: stranger, restarts: 0, lostLogBytes: 0 } as const;
  const run = { version: 1, supervisor: stranger, startedAt: '', state: 'running', programs: [program] } as const;
  writeRunFile(folder.run, run);
  expect(inspectSupervisor(folder.run)).toMatchObject({ kind: 'lost', survivors: [] });
  expect(await stopSupervisor(folder)).toEqual({ stopped: [], orphans: [] });
});

test('a program that crashes 3 times ends the wait and is named', async () => {
  const programs = [script('idle', IDLE), { ...script('crasher', 'process.exit(3)'), ready: DEAF }];
  const restart = { initialDelayMillis: 10, maxDelayMillis: 20, healthyMillis: 60_000 };
  await startSupervisor({ folder, programs, environment, restart });
  const waited = await waitUntilReady({ folder, deadlineMillis: 60_000, pollMillis: 1_000 });
  expect(waited).toMatchObject({ kind: 'crashing', program: { spec: { name: 'crasher' } } });
});

test('a program that never answers ends the wait at its deadline of 300 ms', async () => {
  await start([{ ...script('deaf', IDLE), ready: DEAF }]);
  const waited = await waitUntilReady({ folder, deadlineMillis: 300, pollMillis: 10 });
  expect(waited).toMatchObject({ kind: 'late', program: { spec: { name: 'deaf' } }, detail: 'nothing listens' });
});

test('an aborted wait says so, and without a supervisor there is nothing to wait for', async () => {
  const signal = AbortSignal.abort();
  expect(await waitUntilReady({ folder, deadlineMillis: 10, signal })).toEqual({ kind: 'aborted' });
  expect(await waitUntilReady({ folder, deadlineMillis: 10 })).toEqual({ kind: 'gone' });
});

test('a supervisor that cannot write its run file is an error with the place of its log', async () => {
  mkdirSync(join(folder.run, 'supervisor.json', 'in the way'), { recursive: true });
  await expect(
    startSupervisor({ folder, programs: [script('idle', IDLE)], environment, startMillis: 30_000 }),
  ).rejects.toThrow(/the supervisor did not come up; .*supervisor\.log ends with: .*run file not written/);
});

test('a broken run file is no supervisor, and stopping clears it away', async () => {
  mkdirSync(folder.run, { recursive: true });
  writeFileSync(join(folder.run, 'supervisor.json'), '{"version": 1,');
  expect(inspectSupervisor(folder.run)).toEqual({ kind: 'lost', run: undefined, survivors: [] });
  await stopSupervisor(folder);
  expect(inspectSupervisor(folder.run)).toEqual({ kind: 'absent' });
});

test('NODE_OPTIONS, OTEL_* and tokens of the shell are not inherited', () => {
  const shell = {
    PATH: '/bin',
    NODE_OPTIONS: '--import x',
    OTEL_SDK_DISABLED: 'true',
    TOKEN: 'x',
    LC_ALL: 'C',
    no_proxy: '*',
  };
  expect(inheritedEnvironment(shell)).toEqual({ PATH: '/bin', LC_ALL: 'C', no_proxy: '*' });
});

test('a marker is the whole variable, not the start of another folder', () => {
  expect(carriesMarker('A=1\0VIGIL_SUPERVISED_BY=/a/run\0', '/a/run')).toBe(true);
  expect(carriesMarker('A=1\0VIGIL_SUPERVISED_BY=/a/run2\0', '/a/run')).toBe(false);
});

test('the log of the supervisor tells what happened', async () => {
  await start([script('idle', IDLE)]);
  await stopSupervisor(folder);
  expect(readFileSync(join(folder.logs, 'supervisor.log'), 'utf8')).toMatch(
    /supervisor: started, pid \d+, 1 programs\n.*idle: started, pid \d+\n.*supervisor: stopping, SIGTERM\n/,
  );
});
