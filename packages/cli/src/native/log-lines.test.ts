import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LogFollower, lastLines } from './log-lines.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vigil-lines-'));
  path = join(folder, 'a.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a log that is not there has no lines and is followed from its first one', () => {
  const follower = new LogFollower(path);
  expect([lastLines(path, 10), follower.read()]).toEqual([[], []]);
  writeFileSync(path, 'one\n');
  expect(follower.read()).toEqual(['one']);
  follower.close();
});

test('the last 3 lines reach into the rotated file, 0 lines are none', () => {
  writeFileSync(`${path}.1`, 'one\ntwo\n');
  writeFileSync(path, 'three\nfour');
  expect(lastLines(path, 3)).toEqual(['two', 'three', 'four']);
  expect(lastLines(path, 0)).toEqual([]);
});

test('following begins at the end, waits for whole lines and misses nothing at a rotation', () => {
  writeFileSync(path, 'old\n');
  const follower = new LogFollower(path);
  appendFileSync(path, 'one\nhal');
  expect(follower.read()).toEqual(['one']);
  appendFileSync(path, 'f\nlast before\n');
  renameSync(path, `${path}.1`);
  expect(follower.read()).toEqual(['half', 'last before']);
  writeFileSync(path, 'first after\n');
  expect(follower.read()).toEqual(['first after']);
  follower.close();
});

test('a character of two bytes that is cut by a read stays whole', () => {
  writeFileSync(path, '');
  const follower = new LogFollower(path);
  const [first = 0, second = 0] = Buffer.from('é');
  appendFileSync(path, Buffer.from([first]));
  expect(follower.read()).toEqual([]);
  appendFileSync(path, Buffer.from([second, 10]));
  expect(follower.read()).toEqual(['é']);
  follower.close();
});
