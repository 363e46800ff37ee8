import { expect, test } from '@jest/globals';
import { memoryDisk } from '../../test/report/memory-disk.ts';
import { type ApplicationMode, applicationMode } from './application-mode.ts';
import { MARKS_BYTES } from './bundle-marks.ts';

const mode = (files: Record<string, string>, script: string | undefined, options = ''): ApplicationMode =>
  applicationMode({ script, options }, memoryDisk(files));
const moduleOf = (files: Record<string, string>, script = '/app/main.js', options = '') =>
  mode(files, script, options).module;

test('the extension decides before the package.json does', () => {
  const files = { '/app/package.json': '{"type":"module"}', '/app/a.cjs': '', '/app/b.cts': '', '/app/c.mjs': '' };
  expect(['/app/a.cjs', '/app/b.cts', '/app/c.mjs'].map((script) => moduleOf(files, script))).toEqual([
    'cjs',
    'cjs',
    'esm',
  ]);
});

test('the nearest package.json decides, also one that holds a type and nothing else', () => {
  const files = { '/app/package.json': '{"type":"commonjs"}', '/app/dist/package.json': '{"type":"module"}' };
  expect(moduleOf({ ...files, '/app/main.js': '' })).toBe('cjs');
  expect(moduleOf({ ...files, '/app/dist/main.js': '' }, '/app/dist/main.js')).toBe('esm');
});

test('without a type the syntax decides, as Node.js does it', () => {
  for (const code of [
    "import http from 'node:http';",
    "import 'pg';",
    "import{a}from'a'",
    '// words\nexport const port = 1;',
    'export default app',
    'start(import.meta.url)',
  ]) {
    expect([code, moduleOf({ '/app/main.js': code })]).toEqual([code, 'esm']);
  }
  for (const code of [
    "const http = require('node:http');",
    "import('pg').then(start);",
    '  import_pg.connect();\nexports.port = 1;',
    '',
  ]) {
    expect([code, moduleOf({ '/app/main.js': code, '/app/package.json': '{"name":"shop"}' })]).toEqual([code, 'cjs']);
  }
});

test('a loader translates modules without a type to CommonJS', () => {
  const files = { '/app/main.ts': "import http from 'node:http';" };
  expect(mode(files, '/app/main.ts')).toMatchObject({ module: 'esm', loader: undefined });
  expect(mode(files, '/app/main.ts', '--require ts-node/register')).toMatchObject({ module: 'cjs', loader: 'ts-node' });
  expect(mode(files, '/app/main.ts', '--import x --import tsx')).toMatchObject({ module: 'cjs', loader: 'tsx' });
});

test('with an --import Node.js itself runs TypeScript, whatever -r ts-node would have made of it', () => {
  const files = { '/app/main.ts': "import http from 'node:http';" };
  expect(mode(files, '/app/main.ts', '--import @vigil/node/register -r ts-node/register')).toMatchObject({
    module: 'esm',
  });
});

test('a loader is found in every way of writing the option, as a name or a path', () => {
  for (const [options, loader] of [
    ['--import tsx', 'tsx'],
    ['--import=tsx/esm', 'tsx'],
    ['--import file:///app/node_modules/tsx/dist/loader.mjs --enable-source-maps', 'tsx'],
    ['-r ts-node/register/transpile-only', 'ts-node'],
    ['--loader @swc-node/register/esm', '@swc-node/register'],
    ['--import @vigil/node/register', undefined],
    ['--import ./tsx-like.mjs', undefined],
    ['', undefined],
  ] as const) {
    expect([options, mode({ '/app/main.ts': '' }, '/app/main.ts', options).loader]).toEqual([options, loader]);
  }
});

test('a script is found as node finds it: without extension, by folder, by main, behind a link', () => {
  expect(moduleOf({ '/app/main.mjs': '' }, '/app/main')).toBe('esm');
  expect(moduleOf({ '/app/index.js': '', '/app/package.json': '{"type":"module"}' }, '/app')).toBe('esm');
  const main = { '/app/package.json': '{"main":"dist/server.cjs","type":"module"}', '/app/dist/server.cjs': '' };
  expect(moduleOf(main, '/app')).toBe('cjs');
});

test('a tool that starts the application is named instead; a loader that is one is the loader', () => {
  const files = { '/app/node_modules/next/dist/bin/next': '', '/app/node_modules/ts-node/dist/bin.js': '' };
  expect(mode(files, '/app/node_modules/next/dist/bin/next')).toEqual({
    module: undefined,
    bundler: undefined,
    loader: undefined,
    startedBy: 'next',
  });
  expect(mode(files, '/app/node_modules/ts-node/dist/bin.js')).toMatchObject({
    loader: 'ts-node',
    startedBy: undefined,
  });
  const scoped = { '/app/node_modules/@nestjs/cli/bin/nest.js': '' };
  expect(mode(scoped, '/app/node_modules/@nestjs/cli/bin/nest.js').startedBy).toBe('@nestjs/cli');
});

test('a script that is not there, the prompt and node -e are of no mode, but for what the options say', () => {
  expect(mode({}, undefined)).toEqual({
    module: undefined,
    bundler: undefined,
    loader: undefined,
    startedBy: undefined,
  });
  expect(mode({}, '/app/gone.js').module).toBeUndefined();
  expect(mode({}, undefined, '--input-type=module').module).toBe('esm');
});

test('a package.json that cannot be read decides nothing', () => {
  for (const broken of ['{', 'null', '[]', '{"type":7}']) {
    expect(moduleOf({ '/app/main.js': 'export default 1', '/app/package.json': broken })).toBe('esm');
  }
});

test('128 KiB of a script are read, however long it is', () => {
  const reads: number[] = [];
  const disk = memoryDisk({ '/app/main.js': `${' '.repeat(MARKS_BYTES)}export default 1` });
  const readStart = (path: string, bytes: number) => {
    reads.push(bytes);
    return disk.readStart(path, bytes);
  };
  expect(applicationMode({ script: '/app/main.js', options: '' }, { ...disk, readStart }).module).toBe('cjs');
  expect(reads).toEqual([131_072]);
});
