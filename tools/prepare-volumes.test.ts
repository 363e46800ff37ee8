import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const SCRIPT = fileURLToPath(new URL('../scripts/prepare-volumes.mjs', import.meta.url));
const ME = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vigil-volumes-'));
  for (const name of ['secrets', 'grafana']) mkdirSync(join(root, name));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const secret = (name: string) => join(root, 'secrets', name);

function prepare(environment: Record<string, string> = {}) {
  const owners = ['pager-url', 'ticket-url', 'grafana-admin-password'].map((name) => `${name}=${ME}`).join(' ');
  const defaults = {
    VOLUME_OWNERS: `grafana=${ME}`,
    SECRET_OWNERS: owners,
    PAGER_URL: 'http://pager:9095/alertmanager',
  };
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, root], {
    env: { ...defaults, ...environment },
    encoding: 'utf8',
  });
  return { status, problem: stderr.trim() };
}

test.each([
  [{ PAGER_URL: '' }, 'prepare: PAGER_URL: expected an http or https URL'],
  [{ PAGER_URL: 'ftp://pager' }, 'prepare: PAGER_URL: expected an http or https URL'],
  [{ TICKET_URL: 'secret-token' }, 'prepare: TICKET_URL: expected an http or https URL'],
  [{ VOLUME_OWNERS: '' }, 'prepare: VOLUME_OWNERS: expected name=uid:gid pairs, got nothing'],
  [{ VOLUME_OWNERS: 'grafana=root' }, 'prepare: VOLUME_OWNERS: expected name=uid:gid, got "grafana=root"'],
])('%j ends with 2 and one line', (environment, problem) => {
  expect(prepare(environment)).toEqual({ status: 2, problem });
});

test('a volume that is not mounted is named', () => {
  const { status, problem } = prepare({ VOLUME_OWNERS: `loki=${ME}` });
  expect([status, problem]).toEqual([2, expect.stringContaining('expected the volume "loki" to be mounted there')]);
});

test('the password is made once, 24 random bytes, for its owner alone; the pager’s address follows the environment', () => {
  expect(prepare()).toEqual({ status: 0, problem: '' });
  const password = readFileSync(secret('grafana-admin-password'), 'utf8');
  expect(Buffer.from(password, 'base64url')).toHaveLength(24);
  expect(statSync(secret('grafana-admin-password')).mode & 0o777).toBe(0o400);
  expect(prepare({ PAGER_URL: 'https://on-call.example' }).status).toBe(0);
  expect(readFileSync(secret('grafana-admin-password'), 'utf8')).toBe(password);
  expect(readFileSync(secret('pager-url'), 'utf8')).toBe('https://on-call.example');
});

test('an optional receiver has a file while it has an address, and none afterwards', () => {
  prepare({ TICKET_URL: 'https://tickets.example' });
  expect(readFileSync(secret('ticket-url'), 'utf8')).toBe('https://tickets.example');
  prepare();
  expect(existsSync(secret('ticket-url'))).toBe(false);
});
