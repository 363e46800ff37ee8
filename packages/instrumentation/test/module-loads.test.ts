import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { writeLibraries } from './library-layouts.ts';

// Processes that start on a machine that does other work.
jest.setTimeout(60_000);
const run = promisify(execFile);
const preload = fileURLToPath(new URL('apps/report-loads.ts', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'vigil-loads-')));
  writeLibraries(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs an application and returns what it printed. `preloads` undefined: without us. */
async function linesOf(
  name: string,
  source: string,
  env: Record<string, string> = {},
  preloads: readonly string[] = ['--import', preload],
): Promise<string[]> {
  writeFileSync(join(folder, name), source);
  const options = ['--conditions=@vigil/source', '--disable-warning=ExperimentalWarning', ...preloads];
  const { stdout } = await run(process.execPath, [...options, join(folder, name)], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
  });
  return stdout.split('\n').slice(0, -1);
}

const PLAIN = 'loaded plain lib/index.js cjs answer,fail,stackAtLoad node_modules/plain';
const ESM = 'loaded dual lib/index.mjs esm add,count,default node_modules/dual';
const CJS = 'loaded dual lib/index.cjs cjs count node_modules/dual';

describe.each([
  ['--import', { preloads: ['--import', preload], env: {} }],
  ['-r', { preloads: ['-r', preload], env: {} }],
  [
    '--import, versions of Node.js without working hooks',
    { preloads: ['--import', preload], env: { WITHOUT_HOOKS: '1' } },
  ],
])('by %s', (_, { preloads, env }) => {
  /** Without what is loaded ahead where there are no hooks, wanted or not. */
  const lines = async (name: string, source: string) =>
    (await linesOf(name, source, env, preloads)).filter((line) => !line.startsWith('warn async '));

  test('tells of every copy once that is required: scoped, aliased, of pnpm, and refuses the version that is out of range', async () => {
    const source = `
      for (const name of ['plain', 'plain', '@scope/plain', 'aliased', 'linked', 'older']) require(name);
      require('node:module').createRequire(__filename)('plain');`;
    expect(await lines('layouts.cjs', source)).toEqual([
      PLAIN,
      PLAIN.replaceAll('plain', '@scope/plain'),
      PLAIN.replace(/plain$/, 'aliased'),
      PLAIN.replace(/plain$/, '.pnpm/plain@1.2.3/node_modules/plain'),
      'refused plain 0.9.0',
    ]);
  });

  test('tells of CommonJS that an ES module imports, before the application goes on', async () => {
    const told = await lines('imports.mjs', `import { answer } from 'plain'; console.log(answer);`);
    expect(told.filter((line) => !line.includes('dual'))).toEqual([PLAIN, '42']);
  });

  test('tells of both copies of a library that has two, and of each once', async () => {
    const source = `
      import { createRequire } from 'node:module';
      import 'dual';
      createRequire(import.meta.url)('dual');
      await import('dual');`;
    const told = await lines('both.mjs', source);
    expect(told.map((line) => line.replace('__esModule,', ''))).toEqual([ESM, CJS]);
  });

  test('leaves the bindings of an ES module alive', async () => {
    const told = await lines('alive.mjs', `import { add, count } from 'dual'; add(); console.log(count);`);
    expect(told.at(-1)).toBe('2');
  });

  test('tells of TypeScript’s imports', async () => {
    const told = await lines('typed.mts', `import { answer } from 'plain'; const a: number = answer; console.log(a);`);
    expect(told.filter((line) => !line.includes('dual'))).toEqual([PLAIN, '42']);
  });

  test('tells once more in a worker thread, which has modules of its own', async () => {
    const source = `
      import { isMainThread, Worker } from 'node:worker_threads';
      import 'plain';
      if (isMainThread) new Worker(new URL(import.meta.url));`;
    const told = await lines('workers.mjs', source);
    expect(told.filter((line) => !line.includes('dual'))).toEqual([PLAIN, PLAIN]);
  });

  test('tells of a ring of requires when the file has run to its end', async () => {
    expect(await lines('rings.cjs', `console.log(require('ring').seen.join());`)).toEqual([
      'loaded ring lib/index.js cjs early,seen,late node_modules/ring',
      'seen',
    ]);
  });

  test('does not tell of a file that throws, and its error reaches the application', async () => {
    const source = `try { require('thrower'); } catch (error) { console.log(error.message); }`;
    expect(await lines('throws.cjs', source)).toEqual(['cannot load']);
  });
});

test('tells of an ES module that is required', async () => {
  const source = `require(require('node:path').join(__dirname, 'node_modules/dual/lib/index.mjs'));`;
  expect(await linesOf('requires-esm.cjs', source)).toEqual([ESM]);
});

test('tells of an ES module with top-level await when it is done', async () => {
  const told = await linesOf('awaits.mjs', `import './node_modules/async/lib/index.js'; console.log('app');`);
  expect(told).toEqual(['loaded async lib/index.js esm late node_modules/async', 'app']);
});

test('without hooks, says of an ES module that cannot be loaded ahead, and the application loads it', async () => {
  const source = `import { late } from './node_modules/async/lib/index.js'; console.log(late);`;
  const told = await linesOf('awaits.mjs', source, { WITHOUT_HOOKS: '1' });
  expect(told.filter((line) => !line.includes('dual'))).toEqual([
    expect.stringMatching(/^warn async is loaded and not instrumented: .*top-level await/),
    '7',
  ]);
});

test.each(['file:///virtual/%E0%A4%A/one.js', 'file://host/virtual/%41.js', 'file:///virtual/a%2Fb.js'])(
  'a module of another loader whose address is none of a file is loaded: %s',
  async (address) => {
    const source = `
      import { register } from 'node:module';
      const loader = \`
        export const resolve = (name, context, next) =>
          name === 'virtual:one' ? { url: '${address}', format: 'module', shortCircuit: true } : next(name, context);
        export const load = (url, context, next) =>
          url === '${address}' ? { source: 'export default 42', format: 'module', shortCircuit: true } : next(url, context);
      \`;
      register('data:text/javascript,' + encodeURIComponent(loader));
      console.log((await import('virtual:one')).default);`;
    expect(await linesOf('virtual.mjs', source)).toEqual(['42']);
  },
);

test('tells with the second start out of a compile cache', async () => {
  const cache = { NODE_COMPILE_CACHE: join(folder, 'cache') };
  const source = `import 'plain'; import 'dual';`;
  const first = await linesOf('cached.mjs', source, cache);
  expect(await linesOf('cached.mjs', source, cache)).toEqual(first);
  expect(first).toEqual([PLAIN, ESM]);
});

test('tells where an extension handler reads and compiles the file itself, as tsx and ts-node do', async () => {
  const source = `
    const { readFileSync } = require('node:fs');
    require.extensions['.js'] = (module, filename) => {
      const compile = module._compile;
      module._compile = function (content, name) { module._compile = compile; return compile.call(this, content, name); };
      module._compile(readFileSync(filename, 'utf8'), filename);
    };
    require('plain');`;
  expect(await linesOf('handlers.cjs', source)).toEqual([PLAIN]);
});

test('says a mistake of a callback in one line and lets the application go on', async () => {
  expect(await linesOf('mistake.cjs', `console.log(require('plain').answer);`, { THROWING: '1' })).toEqual([
    'warn plain is loaded and not instrumented: a mistake of ours',
    '42',
  ]);
});

describe('the application sees no difference', () => {
  const both = async (name: string, source: string) => {
    const told = await linesOf(name, source);
    // Any --import makes Node.js start the application through the loader of ES modules: so also without us.
    return {
      bare: await linesOf(name, source, {}, ['--import', 'data:text/javascript,']),
      watched: told.filter((line) => !line.startsWith('loaded ')),
    };
  };

  test.each([
    [
      'where an error is thrown in a watched file',
      `console.log(require('plain').fail().stack.split('\\n')[1].trim());`,
    ],
    ['the stack at loading a file that is not watched', `console.log(new Error('x').stack);`],
    ['the lines of a function', `console.log(String(require('plain').fail));`],
    ['_compile', `const p = module.constructor.prototype; console.log(p._compile.length, Object.keys(p).join());`],
  ])('%s', async (_, source) => {
    const { bare, watched } = await both('same.cjs', source);
    expect(watched).toEqual(bare);
    expect(bare.join('')).not.toBe('');
  });

  test('what others put into _compile is called for the files after it', async () => {
    const source = `
      const { prototype } = module.constructor;
      const before = prototype._compile;
      prototype._compile = function (content, name) { console.log(name.endsWith('index.js')); return before.call(this, content, name); };
      require('plain'); require('older');`;
    const { bare, watched } = await both('patched.cjs', source);
    expect(watched.filter((line) => line === 'true')).toEqual(bare);
  });
});
