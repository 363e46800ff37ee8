import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What `plain` consists of: its last line is a comment without a line break, and it keeps the stack at its loading. */
const PLAIN = `'use strict';
exports.answer = 42;
exports.fail = () => new Error('here');
exports.stackAtLoad = new Error('here').stack;
// the end`;

const MANIFEST = { version: '1.2.3', main: 'lib/index.js' };

/** Writes an application's folder with libraries in every layout that package managers make. */
export function writeLibraries(folder: string): void {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const library = (path: string, manifest: Record<string, unknown>, files: Record<string, string>) => {
    write(`node_modules/${path}/package.json`, JSON.stringify({ ...MANIFEST, ...manifest }));
    for (const [file, text] of Object.entries(files)) write(`node_modules/${path}/${file}`, text);
  };

  write('package.json', '{"name":"app"}');
  library('plain', { name: 'plain' }, { 'lib/index.js': PLAIN });
  library('@scope/plain', { name: '@scope/plain' }, { 'lib/index.js': PLAIN });
  library('aliased', { name: 'plain' }, { 'lib/index.js': PLAIN });
  library('older/node_modules/plain', { name: 'plain', version: '0.9.0' }, { 'lib/index.js': PLAIN });
  library('older', { name: 'older', main: 'index.js' }, { 'index.js': "module.exports = require('plain');" });
  library('.pnpm/plain@1.2.3/node_modules/plain', { name: 'plain' }, { 'lib/index.js': PLAIN });
  symlinkSync('.pnpm/plain@1.2.3/node_modules/plain', join(folder, 'node_modules/linked'));
  library(
    'dual',
    { name: 'dual', exports: { import: './lib/index.mjs', require: './lib/index.cjs' } },
    {
      'lib/index.mjs':
        'export let count = 1;\nexport const add = () => { count += 1; };\nexport default function main() {}\n// the end',
      'lib/index.cjs': 'exports.count = 1;',
    },
  );
  library('async', { name: 'async', type: 'module' }, { 'lib/index.js': 'export const late = await 7;' });
  library('thrower', { name: 'thrower' }, { 'lib/index.js': "exports.a = 1; throw new Error('cannot load');" });
  library(
    'ring',
    { name: 'ring' },
    {
      'lib/index.js': "exports.early = 1;\nexports.seen = Object.keys(require('./other'));\nexports.late = 1;",
      'lib/other.js': "exports.seen = Object.keys(require('./index'));",
    },
  );
}
