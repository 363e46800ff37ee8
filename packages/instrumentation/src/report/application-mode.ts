import { dirname, extname, join } from 'node:path';
import type { ApplicationDisk } from './application-disk.ts';
import { bundlerOf, MARKS_BYTES } from './bundle-marks.ts';
import { nearestManifest, readManifest } from './package-manifest.ts';

/** How the main script of an application is run. What cannot be known before it runs is absent. */
export interface ApplicationMode {
  readonly module: 'esm' | 'cjs' | undefined;
  /** Who put libraries into the script: those are not loaded as modules, so that no patch of ours finds them. */
  readonly bundler: string | undefined;
  /** Who translates modules while they are loaded: `tsx`, `ts-node`. */
  readonly loader: string | undefined;
  /** The package whose command starts the application: `next`. Its modules are its own affair. */
  readonly startedBy: string | undefined;
}

export interface MainScript {
  /** `process.argv[1]`; nothing for `node -e` and the prompt. */
  readonly script: string | undefined;
  /** Command line options of Node.js, and `NODE_OPTIONS` behind them. */
  readonly options: string;
}

const LOADERS = [
  'tsx',
  'ts-node',
  '@swc-node/register',
  '@swc/register',
  'esbuild-register',
  '@babel/register',
  'jiti',
  'sucrase',
];
const LOADER_OPTION = /(?:^|\s)(?:--import|--require|-r|--loader|--experimental-loader)(?:=|\s+)["']?([^\s"']+)/g;

/** Statements only an ES module can have; at the start of a line, where code written by people or printed by compilers has them. */
const MODULE_STATEMENT =
  /^(?:import(?:\s+[\w$*{]|\s*["'{*])|export\s+(?:default|const|let|var|function|class|async|\{|\*)|export\s*[{*])|\bimport\.meta\b/m;

/** The main script of an application; nothing for the prompt, `node -e` and tools that start it. Never throws. */
export function mainScriptPath({ script }: MainScript, disk: ApplicationDisk): string | undefined {
  const path = script === undefined ? undefined : resolved(script, disk);
  return path === undefined || packageOf(path) !== undefined ? undefined : path;
}

/** Looks at the main script, as Node.js will. Never throws. */
export function applicationMode({ script, options }: MainScript, disk: ApplicationDisk): ApplicationMode {
  const loader = loaderOf(options);
  const path = script === undefined ? undefined : resolved(script, disk);
  if (path === undefined) {
    const module = /--input-type[= ]module/.test(options) ? 'esm' : undefined;
    return { module, bundler: undefined, loader, startedBy: undefined };
  }
  const startedBy = packageOf(path);
  if (startedBy !== undefined) {
    const isLoader = LOADERS.includes(startedBy);
    return {
      module: undefined,
      bundler: undefined,
      loader: loader ?? (isLoader ? startedBy : undefined),
      startedBy: isLoader ? undefined : startedBy,
    };
  }
  const start = disk.readStart(path, MARKS_BYTES) ?? '';
  return {
    module: moduleOf(path, start, loader, options, disk),
    bundler: bundlerOf(start),
    loader,
    startedBy: undefined,
  };
}

/** `node app` runs `app.js`, `node .` the `main` of the package.json or `index.js`. */
function resolved(script: string, disk: ApplicationDisk): string | undefined {
  const main = readManifest(script, disk)?.main;
  const candidates = [
    script,
    ...['.js', '.cjs', '.mjs', '.ts'].map((extension) => script + extension),
    ...(main === undefined ? [] : [join(script, main), join(script, `${main}.js`), join(script, main, 'index.js')]),
    join(script, 'index.js'),
  ];
  const found = candidates.find(disk.isFile);
  return found === undefined ? undefined : (disk.realPath(found) ?? found);
}

function moduleOf(
  path: string,
  start: string,
  loader: string | undefined,
  options: string,
  disk: ApplicationDisk,
): 'esm' | 'cjs' {
  const extension = extname(path);
  if (extension === '.mjs' || extension === '.mts') return 'esm';
  if (extension === '.cjs' || extension === '.cts') return 'cjs';
  const type = nearestManifest(dirname(path), disk)?.type;
  if (type !== undefined) return type === 'module' ? 'esm' : 'cjs';
  // Without a type Node.js looks for the syntax of ES modules; loaders translate to CommonJS, where Node.js asks them.
  return isAsked(loader, options) || !MODULE_STATEMENT.test(start) ? 'cjs' : 'esm';
}

/** With any `--import` the main script goes by Node.js' own loader, which knows TypeScript and asks no loader that works by `require`. */
function isAsked(loader: string | undefined, options: string): boolean {
  return loader === 'tsx' || (loader !== undefined && !/(?:^|\s)--import\b/.test(options));
}

function loaderOf(options: string): string | undefined {
  for (const [, loaded = ''] of options.matchAll(LOADER_OPTION)) {
    const name = packageOf(loaded) ?? loaded;
    const loader = LOADERS.find((known) => name === known || name.startsWith(`${known}/`));
    if (loader !== undefined) return loader;
  }
  return undefined;
}

/** The package below `node_modules` that a path is part of. */
function packageOf(path: string): string | undefined {
  const inside = path.replaceAll('\\', '/').split('/node_modules/').slice(1).at(-1);
  if (inside === undefined) return undefined;
  const [first, second] = inside.split('/');
  return first?.startsWith('@') ? `${first}/${second}` : first;
}
