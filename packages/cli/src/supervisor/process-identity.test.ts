import { spawn } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { identify, isAlive, startTicks } from './process-identity.ts';

test('a number that no process has is nobody', () => {
  expect(identify(2 ** 30)).toBeUndefined();
  expect(isAlive({ pid: 2 ** 30, started: 'x' })).toBe(false);
});

test('a recycled pid, so another start time, is not the process of before', () => {
  const self = identify(process.pid);
  expect(self).toBeDefined();
  expect(self !== undefined && isAlive(self)).toBe(true);
  expect(isAlive({ pid: process.pid, started: `${self?.started}1` })).toBe(false);
});

test('a process that has ended is not alive', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const identity = identify(child.pid ?? 0);
  expect(identity !== undefined && isAlive(identity)).toBe(true);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  expect(identity !== undefined && isAlive(identity)).toBe(false);
});

test('a name with a parenthesis and spaces does not move the fields', () => {
  const fields = Array.from({ length: 18 }, (_, index) => index + 4).join(' ');
  expect(startTicks(`7 (a) S (b) S ${fields} 4711 rest`)).toBe('4711');
});

test('a zombie counts as ended', () => {
  const fields = Array.from({ length: 18 }, (_, index) => index + 4).join(' ');
  expect(startTicks(`7 (gone) Z ${fields} 4711 rest`)).toBeUndefined();
});
