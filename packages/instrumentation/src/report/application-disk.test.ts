import { expect, test } from '@jest/globals';
import { APPLICATION_DISK } from './application-disk.ts';

test('the real disk answers nothing for what is not there', () => {
  const { readText, readStart, realPath, isFile } = APPLICATION_DISK;
  const missing = '/no/such/file';
  expect([readText(missing), readStart(missing, 1), realPath(missing)]).toEqual([undefined, undefined, undefined]);
  expect(isFile(missing)).toBe(false);
});

test('of a file at most so many bytes are read, and all of one that is shorter', () => {
  const text = APPLICATION_DISK.readText(import.meta.filename) ?? '';
  expect(APPLICATION_DISK.readStart(import.meta.filename, 6)).toBe('import');
  expect(APPLICATION_DISK.readStart(import.meta.filename, 1_000_000)).toBe(text);
  expect(text).toContain('at most so many bytes');
});
