import { expect, test } from '@jest/globals';
import { memoryDisk } from '../../test/report/memory-disk.ts';
import { applicationFacts } from './application-facts.ts';

const FILES = {
  '/app/package.json':
    '{"name":"shop","dependencies":{"pg":"^8"},"optionalDependencies":{"ioredis":"5"},"devDependencies":{"jest":"30"}}',
  '/app/dist/package.json': '{"type":"module"}',
  '/app/dist/main.js': '',
  '/app/node_modules/pg/package.json': '{"version":"8.23.1"}',
  '/app/node_modules/ioredis/package.json': '{"name":"ioredis"}',
  '/app/node_modules/next/dist/bin/next': '',
};
const facts = (script: string | undefined, currentFolder = '/elsewhere') =>
  applicationFacts({ script, options: '', nodeVersion: '24.0.0', currentFolder }, memoryDisk(FILES));

test('dependencies come from the nearest package.json that has some, those of development left out', () => {
  const { dependencies, mode } = facts('/app/dist/main.js');
  expect(dependencies).toEqual(['pg', 'ioredis']);
  expect(mode.module).toBe('esm');
});

test('versions are those the main script would load; a package.json without one is not installed', () => {
  const { installedVersion } = facts('/app/dist/main.js');
  expect(['pg', 'ioredis', 'express'].map(installedVersion)).toEqual(['8.23.1', undefined, undefined]);
});

test('a tool that starts the application, and node -e, are looked at from the current folder', () => {
  expect(facts('/app/node_modules/next/dist/bin/next', '/app').dependencies).toEqual(['pg', 'ioredis']);
  expect(facts(undefined, '/app').installedVersion('pg')).toBe('8.23.1');
  expect(facts(undefined).dependencies).toEqual([]);
});

test('a bundle is read for what it loads as a module; of a script everything is taken to be', () => {
  const bundle = `// node_modules/pg/lib/index.js\n${' '.repeat(200_000)}var ioredis = require("ioredis");`;
  const read = (text: string) =>
    applicationFacts(
      { script: '/app/main.js', options: '', nodeVersion: '24.0.0', currentFolder: '/' },
      memoryDisk({ '/app/main.js': text }),
    );
  expect(['pg', 'ioredis'].map(read(bundle).isExternal)).toEqual([false, true]);
  expect(['pg', 'ioredis'].map(read('require("./start.js")').isExternal)).toEqual([true, true]);
});
