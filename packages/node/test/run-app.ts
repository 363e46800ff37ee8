import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Below this folder `@vigil/node/register` is this package itself, as built. */
export const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

/** An application that is still there after this long hangs; it is killed, and its run ends with SIGKILL. */
const PATIENCE_MILLIS = 30_000;

export interface AppRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From the last line on stdout to the end: what starting costs on a busy machine is not in it. */
  readonly millisAfterOutput: number;
}

export interface AppOptions {
  /** Default: `--import @vigil/node/register`. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Called when the application writes a line on stdout. */
  readonly onLine?: (line: string, child: ChildProcess) => void;
}

/** Runs `test/apps/<app>` in a process of its own, on the build, with an environment of its own. */
export function runApp(app: string, { flags, env = {}, onLine }: AppOptions = {}): Promise<AppRun> {
  assertBuilt();
  let outputMillis = performance.now();
  const child = spawn(
    // Another Node.js for the version matrix.
    process.env.VIGIL_TEST_NODE ?? process.execPath,
    [...(flags ?? ['--import', '@vigil/node/register']), join(PACKAGE, 'test/apps', app)],
    // No NODE_OPTIONS of the test runner, and nothing that leaks in from the developer's shell. Every span, unless a test asks.
    {
      cwd: PACKAGE,
      env: { PATH: process.env.PATH, OTEL_TRACES_SAMPLER: 'always_on', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    outputMillis = performance.now();
    for (const line of text.split('\n').filter((part) => part !== '')) onLine?.(line, child);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MILLIS);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr, millisAfterOutput: performance.now() - outputMillis });
    });
  });
}

/** @throws when dist/ is missing or older than the source: a test of yesterday's build is worse than none. */
function assertBuilt(): void {
  const built = statSync(join(PACKAGE, 'dist/.tsbuildinfo'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(join(PACKAGE, 'src'), { recursive: true, encoding: 'utf8' });
  const newer = sources
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .some((file) => statSync(join(PACKAGE, 'src', file)).mtimeMs > built);
  if (newer) throw new Error('packages/node/dist is missing or older than its source: run pnpm build first');
}
