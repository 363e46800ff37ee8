import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface TrafficOptions {
  /** The checkout. */
  readonly root: string;
  /** The shop. */
  readonly url: string;
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** Load that runs beside the demo. */
export interface Traffic {
  /** Resolves when the generator has ended: its summary, or why there is none. */
  readonly done: Promise<TrafficSummary>;
  /** Ends it early; harmless when it has ended. */
  readonly stop: () => void;
}

export type TrafficSummary =
  | { readonly status: 'finished'; readonly text: string }
  | { readonly status: 'failed'; readonly problem: string };

/** The part of the load generator's `--json` that the demo shows. */
interface LoadSummary {
  readonly seconds: number;
  readonly total: {
    readonly requests: number;
    readonly failed: number;
    readonly latency: { readonly p95Millis: number };
  };
  readonly websocket: { readonly events: Readonly<Record<string, number>> };
}

/** Characters of the generator's progress that are kept: its last line says why it gave up. */
const LAST_WORDS_MAXIMUM = 1000;

/** Reads what the load generator printed: its summary when it ended with 0, else the reason. Never throws. */
export function readSummary(output: string, code: number | null): TrafficSummary {
  const failed: TrafficSummary = {
    status: 'failed',
    problem: `the load generator ended with ${code}: ${output.trim().slice(0, 200) || 'no output'}`,
  };
  if (code !== 0) return failed;
  try {
    const { seconds, total, websocket } = JSON.parse(output) as LoadSummary;
    const events = Object.values(websocket.events).reduce((sum, count) => sum + count, 0);
    const http = `${total.requests} requests in ${seconds} s, ${total.failed} answered with 5xx, p95 ${total.latency.p95Millis} ms`;
    return { status: 'finished', text: `${http}; ${events} Socket.IO events` };
  } catch {
    return failed;
  }
}

/** Starts the shop's own load generator as a child process. */
export function startTraffic({ root, url, rate, seconds, environment }: TrafficOptions): Traffic {
  const args = ['load/main.ts', '--url', url, '--rate', String(rate), '--seconds', String(seconds), '--json'];
  const child = spawn(process.execPath, args, {
    cwd: join(root, 'examples/shop'),
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  let lastWords = '';
  child.stderr.on('data', (chunk) => {
    lastWords = `${lastWords}${chunk}`.slice(-LAST_WORDS_MAXIMUM);
  });
  const done = new Promise<TrafficSummary>((resolve) => {
    child.on('error', (error) => resolve({ status: 'failed', problem: error.message }));
    child.on('close', (code) =>
      resolve(readSummary(code === 0 ? output : (lastWords.trim().split('\n').at(-1) ?? ''), code)),
    );
  });
  return { done, stop: () => child.kill('SIGTERM') };
}
