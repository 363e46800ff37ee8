import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, type Core, pinned } from './pinning.ts';
import { watched } from './watched-child.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const SOCKET_CLIENTS = fileURLToPath(new URL('socket-load-process.ts', import.meta.url));
const GENERATOR = join(ROOT, '.vigil/programs/bin/load-generator');
/** Beyond the window: connections are opened and the last answers awaited. */
const GRACE_MILLIS = 5_000;

export interface LoadOptions {
  /** `{id}` in it is replaced by 1 … 100 in turn. */
  readonly url: string;
  readonly seconds: number;
  /** Each with one request at a time. Default: 32. */
  readonly connections?: number;
  /** Requests a second; 0, the default: as many as are answered. */
  readonly rate?: number;
  /** Longest wait for an answer. Default: 10,000. */
  readonly timeoutMillis?: number;
  readonly core?: Core;
  /** Ends the load early; the promise is rejected then. */
  readonly signal?: AbortSignal;
}

export interface Latencies {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface LoadReport {
  /** Answers, whatever their status. */
  readonly requests: number;
  /** Answers by status: `{ "200": 12345 }`. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests without an answer, by cause: refused, reset, timeout, closed, or the error's text. */
  readonly errors: Readonly<Record<string, number>>;
  /** Due at the fixed rate, but never sent: the other side was too slow. */
  readonly unsent: number;
  readonly bodyBytes: number;
  readonly seconds: number;
  readonly requestsPerSecond: number;
  /** With a fixed rate counted from when the request was due, else from when it was sent. */
  readonly latencyMillis: Latencies;
}

/** Requests that got no answer or one of 400 and above. Never throws. */
export function failuresOf({ statuses, errors }: Pick<LoadReport, 'statuses' | 'errors'>): number {
  const refused = Object.entries(statuses).filter(([status]) => Number(status) >= 400);
  return [...refused, ...Object.entries(errors)].reduce((sum, [, count]) => sum + count, 0);
}

/** Builds the load generator when it is missing or out of date. @throws when Go is missing. */
export async function prepareLoadGenerator(): Promise<void> {
  // Setup is plain JavaScript without types: it runs before anything is installed.
  const setup = (await import(new URL('../../scripts/setup/programs.mjs', import.meta.url).href)) as {
    buildProgram(root: string, output: string): Promise<void>;
  };
  await setup.buildProgram(ROOT, 'load-generator');
}

/**
 * Asks an address for so many seconds, from a process of its own.
 * @throws when the load generator is not built, or was ended from outside.
 */
export async function load(options: LoadOptions): Promise<LoadReport> {
  if (!existsSync(GENERATOR)) throw new Error(`${GENERATOR} is not built: run node scripts/setup.mjs --programs`);
  const { url, seconds, connections = 32, rate = 0, timeoutMillis = 10_000 } = options;
  const args = [
    ['-url', url],
    ['-duration', `${seconds}s`],
    ['-connections', String(connections)],
    ['-rate', String(rate)],
    ['-timeout', `${timeoutMillis}ms`],
  ];
  return await reportOf({ command: GENERATOR, args: args.flat() }, { ...options, timeoutMillis });
}

export interface SocketLoadOptions extends Omit<LoadOptions, 'url' | 'timeoutMillis'> {
  readonly port: number;
}

/** Sends Socket.IO events `echo` that are acknowledged, each client one at a time. @throws when a client cannot connect. */
export async function socketLoad(options: SocketLoadOptions): Promise<LoadReport> {
  const { port, seconds, connections = 32, rate = 0 } = options;
  const args = [SOCKET_CLIENTS, ...[port, connections, seconds, rate].map(String)];
  return await reportOf({ command: process.execPath, args }, { ...options, timeoutMillis: 10_000 });
}

interface Window extends Pick<LoadOptions, 'seconds' | 'core' | 'signal'> {
  readonly timeoutMillis: number;
}

async function reportOf(generator: Command, { seconds, core, signal, timeoutMillis }: Window): Promise<LoadReport> {
  const { command, args } = pinned(generator, core);
  const child = watched(
    spawn(command, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: seconds * 1_000 + timeoutMillis + GRACE_MILLIS,
      ...(signal && { signal }),
    }),
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ending = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, by) => resolve(String(code ?? by)));
  });
  if (ending !== '0') throw new Error(`the load generator ended with ${ending}`);
  return JSON.parse(output) as LoadReport;
}
