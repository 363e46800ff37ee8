import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { LedgerSnapshot } from '@vigil/otlp-exporter/core';
import { ROOT } from '../../../stack/vigil.ts';

/** Where the applications of these rows are. */
export const APPLICATIONS = fileURLToPath(new URL('applications', import.meta.url));

/** Vigil as an application gets it: the built preload. By its path, because some of these applications run elsewhere. */
export const VIGIL = ['--import', pathToFileURL(join(ROOT, 'packages/node/dist/register.js')).href] as const;

/** The same application without any telemetry: what every run is compared with. */
export const WITHOUT = [] as const;

/** An application that is still there after this long hangs; it is killed and its run says so. */
const PATIENCE_MILLIS = 30_000;

export interface ApplicationOptions {
  /** A file of {@link APPLICATIONS}, or an absolute path. */
  readonly application: string;
  /** {@link VIGIL}, {@link WITHOUT}, or flags of another subject. */
  readonly preload: readonly string[];
  readonly flags?: readonly string[];
  readonly arguments?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** Command that starts Node.js with the words behind it: `['unshare', '-m']`. */
  readonly inFront?: readonly string[];
  readonly node?: string;
  readonly patienceMillis?: number;
  /** Standard error is not there at all. */
  readonly withoutStderr?: boolean;
  /** Called for each line on stdout. */
  readonly onLine?: (line: string, child: ChildProcess) => void;
  readonly signal?: AbortSignal;
}

/** How an application ran, from outside. */
export interface ApplicationRun {
  /** `exit 3` or `SIGTERM`: what a supervisor sees. `hung` when it had to be killed. */
  readonly status: string;
  readonly stdout: string;
  readonly stderr: string;
  /** What the application told its witness (applications/witness.mjs), by name, in the order told. */
  readonly told: Readonly<Record<string, readonly unknown[]>>;
  /** The last ledger it told. */
  readonly ledger: LedgerSnapshot | undefined;
  /** From the line `ending` on stdout, else from the start, to the end. */
  readonly millisToEnd: number;
  readonly millis: number;
}

/** Runs one application to its end in a process of its own. @throws when it cannot be started at all. */
export function runApplication(options: ApplicationOptions): Promise<ApplicationRun> {
  const startedMillis = performance.now();
  let endingMillis = startedMillis;
  const child = start(options);
  const told: Record<string, unknown[]> = {};
  const output = { stdout: '', stderr: '' };
  eachLine(child.stdout as Readable, (line) => {
    output.stdout += `${line}\n`;
    if (line === 'ending') endingMillis = performance.now();
    options.onLine?.(line, child);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  eachLine(child.stdio[3] as Readable, (line) => {
    for (const [name, value] of Object.entries(parsed(line))) {
      const values = told[name] ?? [];
      told[name] = values;
      values.push(value);
    }
  });
  let isHung = false;
  const timer = setTimeout(() => {
    isHung = true;
    child.kill('SIGKILL');
  }, options.patienceMillis ?? PATIENCE_MILLIS);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // Its end, not that of its output: a grandchild may hold that open.
    child.on('exit', (code, signal) => {
      const endedMillis = performance.now();
      clearTimeout(timer);
      setTimeout(() => child.stdout?.destroy(), 2_000).unref();
      child.on('close', () =>
        resolve({
          status: isHung ? 'hung' : (signal ?? `exit ${code}`),
          ...output,
          told,
          ledger: told.ledger?.at(-1) as LedgerSnapshot | undefined,
          millisToEnd: endedMillis - endingMillis,
          millis: endedMillis - startedMillis,
        }),
      );
    });
  });
}

function start(options: ApplicationOptions): ChildProcess {
  const { application, preload, flags = [], inFront = [], env = {}, folder = APPLICATIONS } = options;
  const node = options.node ?? process.execPath;
  const script = join(APPLICATIONS, application);
  const path = application.startsWith('/') ? application : script;
  const words = [...inFront, node, ...flags, ...preload, path, ...(options.arguments ?? [])];
  return spawn(words[0] as string, words.slice(1), {
    cwd: folder,
    // Nothing of the shell this was started from; every span, unless a row asks for something else.
    env: { PATH: process.env.PATH, OTEL_TRACES_SAMPLER: 'always_on', VIGIL_QUIET: 'true', ...env },
    stdio: ['ignore', 'pipe', options.withoutStderr === true ? 'ignore' : 'pipe', 'pipe'],
    ...(options.signal !== undefined && { signal: options.signal, killSignal: 'SIGKILL' as const }),
  });
}

function eachLine(stream: Readable, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
  stream.on('end', () => {
    if (rest !== '') take(rest);
  });
  stream.on('error', () => undefined);
}

/** A line that a process died in the middle of says nothing. */
function parsed(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}
