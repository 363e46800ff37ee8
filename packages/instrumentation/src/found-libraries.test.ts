import { expect, test } from '@jest/globals';
import { FoundLibraries } from './found-libraries.ts';
import type { LoadedFile } from './module-load/module-loads.ts';

const copy = (folder: string, module: LoadedFile['module'] = 'cjs'): LoadedFile => ({
  library: 'pg',
  version: '8.16.0',
  file: 'lib/client.js',
  module,
  exports: {},
  folder,
});

test('a copy is listed once for each module system, two copies of one version are two', () => {
  const found = new FoundLibraries();
  for (const loaded of [copy('a'), copy('a'), copy('a', 'esm'), copy('b')]) found.add(loaded);
  expect(found.lists().instrumented.map(({ module }) => module)).toEqual(['cjs', 'esm', 'cjs']);
});

test('a reason is listed and said once a version', () => {
  const lines: string[] = [];
  const found = new FoundLibraries((line) => lines.push(line));
  for (const version of ['7.0.0', '7.0.0', '9.0.0']) found.refuse('pg', version, 'not known');
  expect(found.lists().refused).toHaveLength(2);
  expect(lines).toEqual(['pg 7.0.0 is not instrumented: not known', 'pg 9.0.0 is not instrumented: not known']);
});

test('of 33 copies and 33 reasons 32 are listed, and the 33rd reason is not said', () => {
  const lines: string[] = [];
  const found = new FoundLibraries((line) => lines.push(line));
  for (let index = 0; index < 33; index += 1) {
    found.add(copy(`folder ${index}`));
    found.refuse('pg', '7.0.0', `reason ${index}`);
  }
  const { instrumented, refused } = found.lists();
  expect([instrumented.length, refused.length, lines.length]).toEqual([32, 32, 32]);
});
