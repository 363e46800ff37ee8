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
  | { readonly status: 'finished'; readonly requests: number; readonly failed: number; readonly text: string }
  | { readonly status: 'failed'; readonly problem: string };

/** Reads the load generator's `--json` line. Never throws. */
export function readSummary(output: string, code: number | null): TrafficSummary {
  const line = output.trim();
  try {
    const { requests, failures, durationSeconds } = JSON.parse(line) as {
      requests: number;
      failures: number;
      durationSeconds: number;
    };
    return {
      status: 'finished',
      requests,
      failed: failures,
      text: `${requests} requests in ${durationSeconds.toFixed(0)} s, ${failures} failed`,
    };
  } catch {
    return { status: 'failed', problem: `the load generator ended with ${code}: ${line.slice(0, 200) || 'no output'}` };
  }
}

/** Starts the shop's own load generator as a child process. */
export function startTraffic({ root, url, rate, seconds, environment }: TrafficOptions): Traffic {
  const args = ['load/main.ts', '--url', url, '--rate', String(rate), '--seconds', String(seconds), '--json'];
  const child = spawn(process.execPath, args, {
    cwd: join(root, 'examples/shop'),
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const done = new Promise<TrafficSummary>((resolve) => {
    child.on('error', (error) => resolve({ status: 'failed', problem: error.message }));
    child.on('close', (code) => resolve(readSummary(output, code)));
  });
  return { done, stop: () => child.kill('SIGTERM') };
}
