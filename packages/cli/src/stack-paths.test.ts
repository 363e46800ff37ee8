import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { COMPOSE_FILE, environmentOf, findStack, loadStackSettings } from './stack-paths.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'vigil-paths-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a folder without a stack above it is refused, and so is a --root that is none', () => {
  expect(() => findStack(folder, {})).toThrow(
    `no stack here: expected ${COMPOSE_FILE} in ${folder} and the folders above`,
  );
  expect(() => findStack(folder, {}, { root: 'other' })).toThrow(`in ${join(folder, 'other')};`);
});

test('the stack is found from three folders below', () => {
  writeFileSync(join(folder, COMPOSE_FILE), '');
  const below = join(folder, 'a/b/c');
  mkdirSync(below, { recursive: true });
  expect(findStack(below, {})).toMatchObject({ root: folder, home: join(folder, '.vigil') });
});

test('--home wins over VIGIL_HOME, and VIGIL_PROGRAMS names the programs', () => {
  writeFileSync(join(folder, COMPOSE_FILE), '');
  const environment = { VIGIL_HOME: 'from-environment', VIGIL_PROGRAMS: 'bin' };
  expect(findStack(folder, environment).home).toBe(join(folder, 'from-environment'));
  expect(findStack(folder, environment, { home: 'given' })).toMatchObject({
    home: join(folder, 'given'),
    programs: join(folder, 'bin'),
  });
  expect(findStack(folder, { VIGIL_HOME: '' }).programs).toBe(join(folder, '.vigil/programs/bin'));
});

test('a settings file that is missing is named', () => {
  expect(() => loadStackSettings(folder, {})).toThrow(`${join(folder, 'versions.env')}: cannot be read (ENOENT)`);
});

test('.env of the root wins over stack.env, the shell wins over .env', () => {
  for (const [name, text] of [
    ['versions.env', ''],
    ['stack.env', 'A=1\nB=1\n'],
    ['.env', 'A=2\nB=2\n'],
  ] as const) {
    writeFileSync(join(folder, name), text);
  }
  expect(loadStackSettings(folder, environmentOf(folder, { B: '3' })).values).toEqual({ A: '2', B: '3' });
});
