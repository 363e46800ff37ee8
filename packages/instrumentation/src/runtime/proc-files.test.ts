import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { fileDescriptorLimit, openFileDescriptors, threadCount } from './proc-files.ts';

const onLinux = process.platform === 'linux' ? test : test.skip;
const folder = mkdtempSync(join(tmpdir(), 'proc-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const limits = (line: string) => {
  const file = join(folder, 'limits');
  writeFileSync(file, `Limit                     Soft Limit           Hard Limit           Units     \n${line}\n`);
  return file;
};

onLinux('5 files more are 5 descriptors more', () => {
  const before = openFileDescriptors() ?? Number.NaN;
  const files = [1, 2, 3, 4, 5].map(() => openSync(import.meta.filename, 'r'));
  expect(openFileDescriptors()).toBe(before + 5);
  for (const file of files) closeSync(file);
  expect(openFileDescriptors()).toBe(before);
});

onLinux('where the kernel says no size, entries are counted without the folder’s own, up to the bound', () => {
  // A folder of /proc that has no size on any kernel.
  const entries = readdirSync('/proc/self/net').length;
  expect(openFileDescriptors('/proc/self/net')).toBe(entries - 1);
  expect(openFileDescriptors('/proc/self/net', entries - 1)).toBe(entries - 1);
  expect(openFileDescriptors('/proc/self/net', entries - 2)).toBeUndefined();
});

onLinux('there is more than one thread, and not ten thousand', () => {
  expect(threadCount()).toBe(readdirSync('/proc/self/task').length);
});

test('the soft limit is what counts; unlimited is no limit', () => {
  expect(
    fileDescriptorLimit(limits('Max open files            1024                 1048576              files     ')),
  ).toBe(1_024);
  expect(
    fileDescriptorLimit(limits('Max open files            unlimited            unlimited            files     ')),
  ).toBeUndefined();
  expect(
    fileDescriptorLimit(limits('Max processes             7                    7                    processes ')),
  ).toBeUndefined();
});

test('without /proc there is no answer, and no error', () => {
  const missing = join(folder, 'missing');
  expect([openFileDescriptors(missing), fileDescriptorLimit(missing), threadCount(missing)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
