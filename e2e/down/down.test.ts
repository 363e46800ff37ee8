import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { stackPorts } from '../stack/ports.ts';
import { vigil } from '../stack/vigil.ts';

const PORT_OFFSET = 500;
const home = mkdtempSync(join(tmpdir(), 'vigil-down-'));
const environment = { ...stackPorts(PORT_OFFSET), VIGIL_HOME: home, VIGIL_ENGINE: 'native' };

/** Processes of this machine that work in `home`, by their folder or their command line. */
function processesOf(folder: string): string[] {
  const look = (path: string, read: (path: string) => string) => {
    try {
      return read(path);
    } catch {
      // It ended while we looked, which is what the test hopes for.
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((pid) => {
      const text =
        look(`/proc/${pid}/cwd`, readlinkSync) + look(`/proc/${pid}/cmdline`, (path) => readFileSync(path, 'utf8'));
      return text.includes(folder);
    });
}

afterAll(async () => {
  await vigil(['down', '--volumes'], environment);
  rmSync(home, { recursive: true, force: true });
});

test('vigil up starts 6 programs, vigil status says so, vigil down leaves no process and keeps the data', async () => {
  const up = await vigil(['up'], environment);
  expect(up).toMatchObject({ code: 0 });
  expect(processesOf(home).length).toBeGreaterThanOrEqual(6);
  expect(await vigil(['status'], environment)).toMatchObject({ code: 0 });
  expect(await vigil(['down'], environment)).toMatchObject({ code: 0 });
  expect(processesOf(home)).toEqual([]);
  expect(existsSync(join(home, 'native/data/prometheus'))).toBe(true);
  expect(existsSync(join(home, 'native/run'))).toBe(false);
});

test('vigil down --volumes leaves no file', async () => {
  expect(await vigil(['down', '--volumes'], environment)).toMatchObject({ code: 0 });
  expect(readdirSync(home)).toEqual([]);
});

test('vigil status of a stack that does not run exits with 1 and says so in one line', async () => {
  const status = await vigil(['status'], environment);
  expect(status.code).toBe(1);
  expect(`${status.stdout}${status.stderr}`.trim().split('\n')).toHaveLength(1);
});

test.each([
  ['an unknown verb', ['upp']],
  ['an unknown option', ['up', '--fast']],
  ['an unknown engine', ['up', '--engine', 'podman']],
  ['a folder without a stack', ['up', '--root', tmpdir()]],
])('%s is one line and exit code 2', async (_, words) => {
  const { code, stderr } = await vigil(words, environment);
  expect(code).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
