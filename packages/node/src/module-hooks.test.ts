import { expect, test } from '@jest/globals';
import { hasRequireOption, moduleUrlPattern } from './module-hooks.ts';

const pattern = moduleUrlPattern(['pg', '@scope/x.y']);

test.each([
  'file:///srv/node_modules/pg/esm/index.mjs',
  'file:///srv/node_modules/.pnpm/pg@8.23.1/node_modules/pg/lib/index.js',
  'file:///srv/.yarn/cache/pg.zip/node_modules/pg/lib/index.js',
  'file:///srv/node_modules/@scope/x.y/index.js',
])('%s belongs to a wrapped package', (url) => {
  expect(url).toMatch(pattern);
});

test.each([
  'node:http',
  'file:///srv/pg/index.js',
  'file:///srv/node_modules/pg-pool/index.js',
  'file:///srv/node_modules/pg/node_modules/other/index.js',
  'file:///srv/node_modules/@scope/xzy/index.js',
])('%s does not', (url) => {
  expect(url).not.toMatch(pattern);
});

test.each(['-r dotenv/config', '--require=x', '--import a --require b', '"-r" x'])(
  '%s preloads by require',
  (options) => {
    expect(hasRequireOption(options)).toBe(true);
  },
);

test.each(['--import @vigil/node/register', '--report-on-signal', '--import ./my-r-script.js', ''])(
  '%s does not',
  (options) => {
    expect(hasRequireOption(options)).toBe(false);
  },
);
