import { expect, test } from '@jest/globals';
import { type Disk, findApplication, isInstalledSomewhere } from './application.ts';

const disk = (files: Record<string, string>, links: Record<string, string> = {}): Disk => ({
  readText: (path) => files[path],
  realPath: (path) => links[path] ?? path,
});

test('the nearest package.json with a name, upward from the main script, names the application', () => {
  const files = {
    '/srv/shop/src/package.json': '{"type":"module"}',
    '/srv/shop/package.json': '{"name":"shop","version":"1.2.3"}',
    '/srv/package.json': '{"name":"monorepo"}',
  };
  expect(findApplication('/srv/shop/src/main.js', '/elsewhere', disk(files))).toEqual({
    folder: '/srv/shop/src',
    name: 'shop',
    version: '1.2.3',
  });
});

test('a linked script is looked up where it really is', () => {
  const files = { '/srv/shop/package.json': '{"name":"shop"}' };
  const links = { '/usr/bin/shop': '/srv/shop/cli.js' };
  expect(findApplication('/usr/bin/shop', '/', disk(files, links)).name).toBe('shop');
});

test('a tool below node_modules names nothing: the current folder does', () => {
  const files = {
    '/srv/shop/package.json': '{"name":"shop"}',
    '/srv/shop/node_modules/next/package.json': '{"name":"next"}',
  };
  expect(findApplication('/srv/shop/node_modules/next/dist/bin/next', '/srv/shop', disk(files)).name).toBe('shop');
});

test.each([
  ['no package.json', {}],
  ['one that is no JSON', { '/srv/package.json': '{' }],
  ['one that is no object', { '/srv/package.json': 'null' }],
  ['one whose name is no text', { '/srv/package.json': '{"name":1,"version":2}' }],
])('%s leaves name and version open', (_, files) => {
  expect(findApplication(undefined, '/srv', disk(files as Record<string, string>))).toEqual({
    folder: '/srv',
    name: undefined,
    version: undefined,
  });
});

test('a package of a dependency is found where npm, and where pnpm puts it, and nowhere else', () => {
  const files = {
    '/srv/node_modules/.pnpm/node_modules/pino/package.json': '{"version":"10.0.0"}',
    '/srv/shop/node_modules/pg/package.json': '{"version":"8.0.0"}',
  };
  const found = ['pg', 'pino', 'winston'].map((name) => isInstalledSomewhere(name, '/srv/shop/src', disk(files)));
  expect(found).toEqual([true, true, false]);
  expect(isInstalledSomewhere('pg', '/srv/other', disk(files))).toBe(false);
});
