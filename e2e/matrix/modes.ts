/** One application in one way of running it, and what has to be seen of it. */
export interface ModeCell {
  readonly name: string;
  /** Options of Node.js beside the preload. */
  readonly options?: readonly string[];
  /** Script in `modes/`. */
  readonly script: string;
  readonly printed: readonly string[];
}

const said = (mode: string, rest = 'express 5.3.0, pg 8.23.1, ioredis 5.9.0 by patch') =>
  `Node.js N, ${mode} · instruments http by channel${rest === '' ? '' : `; ${rest}`}`;

const PATCHED = ['router', 'express', 'pg', 'pg-pool', 'ioredis'].map((library) => `patched ${library} cjs`);
const NEVER_LOADED = ['express', 'pg', 'ioredis'].map((library) => `never loaded ${library}`);
const INSIDE = ['express', 'pg', 'ioredis'].map((library) => `not ${library}: bundled`);
const INSIDE_WORDS =
  ' · not instrumented: ' +
  [
    'express 5.3.0 (inside the bundle of esbuild: keep it external)',
    'pg 8.23.1 (inside the bundle of esbuild: keep it external)',
    'ioredis 5.9.0 (inside the bundle of esbuild: keep it external)',
  ].join(', ');

const at = (place: string, lines: readonly string[]) => lines.map((line) => `${place}: ${line}`);
const served = (place: string, mode: string) => at(place, [said(mode), 'GET /orders/7 /orders/:id', ...PATCHED]);
/** Express 5 leaves the route on the request, so that it is known without a patch where nothing is mounted. */
const bundled = at('main', [said('CJS, bundle of esbuild', '') + INSIDE_WORDS, 'GET /orders/7 /orders/:id', ...INSIDE]);

/** To add a way of running an application, add a row. Lines of one place are in their order; places are not. */
export const MODES: readonly ModeCell[] = [
  { name: 'ES module', script: 'dist/compiled.mjs', printed: served('main', 'ESM') },
  { name: 'CommonJS', script: 'dist/compiled.cjs', printed: served('main', 'CJS') },
  { name: 'TypeScript, by Node.js', script: 'app.ts', printed: served('main', 'ESM') },
  { name: 'tsx', options: ['--import', 'tsx'], script: 'app.ts', printed: served('main', 'CJS, through tsx') },
  {
    name: 'ts-node, where the preload leaves TypeScript to Node.js',
    options: ['--require', 'ts-node/register/transpile-only'],
    script: 'app.ts',
    printed: served('main', 'ESM, through ts-node'),
  },
  { name: 'bundle, libraries inside', script: 'dist/bundle.cjs', printed: bundled },
  { name: 'bundle, libraries inside, names shortened', script: 'dist/bundle-min.cjs', printed: bundled },
  { name: 'bundle, libraries external', script: 'dist/external.cjs', printed: served('main', 'CJS') },
  {
    name: 'cluster',
    script: 'cluster.mjs',
    printed: [...at('main', [said('ESM'), ...NEVER_LOADED]), ...served('child', 'ESM')],
  },
  {
    name: 'worker thread',
    script: 'worker.mjs',
    printed: [...at('main', [said('ESM'), ...NEVER_LOADED]), ...served('thread', 'ESM')],
  },
];
