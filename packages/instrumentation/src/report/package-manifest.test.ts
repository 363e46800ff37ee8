import { expect, test } from '@jest/globals';
import { memoryDisk } from '../../test/report/memory-disk.ts';
import { installedVersion } from './package-manifest.ts';

test('a package is found in the node_modules of any folder above, nearest first', () => {
  const files = {
    '/srv/node_modules/pg/package.json': '{"version":"7.0.0"}',
    '/srv/shop/node_modules/pg/package.json': '{"version":"8.0.0"}',
    '/srv/node_modules/@scope/x/package.json': '{"version":"1.0.0"}',
  };
  expect(installedVersion('pg', '/srv/shop/src', memoryDisk(files))).toBe('8.0.0');
  expect(installedVersion('@scope/x', '/srv/shop/src', memoryDisk(files))).toBe('1.0.0');
  expect(installedVersion('mysql2', '/srv/shop/src', memoryDisk(files))).toBeUndefined();
});
