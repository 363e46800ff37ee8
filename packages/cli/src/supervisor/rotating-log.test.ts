import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { RotatingLog } from './rotating-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vigil-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a file that cannot be opened loses the bytes, counts them, and the log recovers when it can', () => {
  const path = join(folder, 'a.log');
  mkdirSync(path);
  const log = new RotatingLog(path);
  log.write(bytes('12345'));
  expect(log.lostBytes).toBe(5);
  rmSync(path, { recursive: true });
  log.write(bytes('6'));
  log.close();
  expect(readFileSync(path, 'utf8')).toBe('6');
  expect(log.lostBytes).toBe(5);
});

test('exactly 10 bytes stay in one file, the eleventh starts the next', () => {
  const path = join(folder, 'a.log');
  const log = new RotatingLog(path, { fileBytes: 10, files: 3 });
  log.write(bytes('12345'));
  log.write(bytes('67890'));
  expect(readdirSync(folder)).toEqual(['a.log']);
  log.write(bytes('x'));
  log.close();
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('1234567890');
  expect(readFileSync(path, 'utf8')).toBe('x');
});

test('of seven full files the newest three are kept', () => {
  const path = join(folder, 'a.log');
  const log = new RotatingLog(path, { fileBytes: 4, files: 3 });
  for (let file = 1; file <= 7; file += 1) log.write(bytes(`no ${file}`));
  log.close();
  expect(readdirSync(folder).sort()).toEqual(['a.log', 'a.log.1', 'a.log.2']);
  expect(readFileSync(path, 'utf8')).toBe('no 7');
  expect(readFileSync(`${path}.2`, 'utf8')).toBe('no 5');
});

test('one chunk of 25 bytes never makes a file larger than 10', () => {
  const path = join(folder, 'a.log');
  const log = new RotatingLog(path, { fileBytes: 10, files: 3 });
  log.write(bytes('a'.repeat(25)));
  log.close();
  expect(readdirSync(folder).map((name) => statSync(join(folder, name)).size)).toEqual([5, 10, 10]);
  expect(log.lostBytes).toBe(0);
});

test('a restart of the supervisor appends and counts what was there', () => {
  const path = join(folder, 'a.log');
  writeFileSync(path, '123456789');
  const log = new RotatingLog(path, { fileBytes: 10, files: 2 });
  log.write(bytes('ab'));
  log.close();
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('123456789');
  expect(readFileSync(path, 'utf8')).toBe('ab');
});

test('one file only means the old text is dropped at the bound', () => {
  const path = join(folder, 'a.log');
  const log = new RotatingLog(path, { fileBytes: 4, files: 1 });
  log.write(bytes('1234'));
  log.write(bytes('5'));
  log.close();
  expect(readdirSync(folder)).toEqual(['a.log']);
  expect(readFileSync(path, 'utf8')).toBe('5');
});
