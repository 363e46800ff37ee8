import { expect, test } from '@jest/globals';
import { WatchedFiles } from './watched-files.ts';

/** Folders with a package.json of that name; every one in version 8.1.2. */
function filesOf(manifests: Record<string, string>) {
  const reads: string[] = [];
  const files = new WatchedFiles((folder) => {
    reads.push(folder);
    const name = manifests[folder];
    return name === undefined ? undefined : { name, version: '8.1.2' };
  });
  files.add('pg', 'lib/client.js');
  files.add('@redis/client', 'dist/lib/client.js');
  files.add('router', 'index.js');
  return { files, reads };
}

test.each([
  ['npm', '/srv/node_modules/pg'],
  ['pnpm', '/srv/node_modules/.pnpm/pg@8.1.2/node_modules/pg'],
  ['a nested copy', '/srv/node_modules/a/node_modules/pg'],
  ['Yarn Plug’n’Play', '/srv/.yarn/cache/pg-npm-8.1.2.zip/node_modules/pg'],
  ['an alias', '/srv/node_modules/postgres-driver'],
  ['a linked folder', '/home/me/node-postgres/packages/pg'],
])('finds the file of a library laid out by %s', (_, folder) => {
  const { files } = filesOf({ [folder]: 'pg' });
  expect(files.find(`${folder}/lib/client.js`)).toEqual({
    library: 'pg',
    version: '8.1.2',
    file: 'lib/client.js',
    folder,
  });
});

test('finds a scoped library, also where its file ends like another one’s', () => {
  const folder = '/srv/node_modules/@redis/client';
  expect(filesOf({ [folder]: '@redis/client' }).files.find(`${folder}/dist/lib/client.js`)?.library).toBe(
    '@redis/client',
  );
});

test.each([
  '/srv/node_modules/pg/lib/index.js',
  '/srv/node_modules/pg/deep/lib/client.js',
  '/srv/node_modules/pg/mylib/client.js',
  '/srv/node_modules/express/index.js',
  '/srv/src/index.js',
  'node:http',
  '',
])('passes %s by without reading a package.json', (path) => {
  const { files, reads } = filesOf({ '/srv/node_modules/pg': 'pg', '/srv/node_modules/express': 'express' });
  expect(files.find(path)).toBeUndefined();
  expect(reads).toEqual([]);
});

test('passes a file by whose package.json has another name, or none', () => {
  const { files, reads } = filesOf({ '/srv/node_modules/pg-fork': 'pg-fork' });
  expect(files.find('/srv/node_modules/pg-fork/lib/client.js')).toBeUndefined();
  expect(files.find('/srv/lib/client.js')).toBeUndefined();
  expect(reads).toEqual(['/srv/node_modules/pg-fork', '/srv']);
});

test('watches until the last of two who watch has stopped', () => {
  const { files } = filesOf({ '/srv/node_modules/pg': 'pg' });
  files.add('pg', 'lib/client.js');
  files.remove('pg', 'lib/client.js');
  expect(files.find('/srv/node_modules/pg/lib/client.js')).toBeDefined();
  files.remove('pg', 'lib/client.js');
  expect(files.find('/srv/node_modules/pg/lib/client.js')).toBeUndefined();
});
