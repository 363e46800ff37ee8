import { connect } from 'node:net';
import type { Readiness } from './program-spec.ts';

/** Answer of one readiness probe; `detail` says in a few words why not. */
export type Probe = { readonly ready: true } | { readonly ready: false; readonly detail: string };

/** Longest time a single probe may take, in milliseconds. */
export const PROBE_TIMEOUT_MILLIS = 2_000;

/** Asks a program once whether it is ready. Never throws, never takes longer than `timeoutMillis`. */
export async function probe(readiness: Readiness, timeoutMillis: number = PROBE_TIMEOUT_MILLIS): Promise<Probe> {
  return readiness.kind === 'http' ? probeHttp(readiness, timeoutMillis) : probeTcp(readiness, timeoutMillis);
}

async function probeHttp(ask: { url: string; status?: number }, timeoutMillis: number): Promise<Probe> {
  try {
    const answer = await fetch(ask.url, { signal: AbortSignal.timeout(timeoutMillis), redirect: 'manual' });
    const text = await answer.text();
    if (ask.status === undefined ? answer.status < 400 : answer.status === ask.status) return { ready: true };
    const firstLine = text.split('\n', 1)[0]?.slice(0, 80) ?? '';
    return { ready: false, detail: `HTTP ${answer.status} ${firstLine}`.trim() };
  } catch (error) {
    return { ready: false, detail: reasonOf(error) };
  }
}

async function probeTcp(to: { host: string; port: number }, timeoutMillis: number): Promise<Probe> {
  return new Promise((resolve) => {
    const socket = connect({ host: to.host, port: to.port, timeout: timeoutMillis });
    const settle = (answer: Probe): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle({ ready: true }));
    socket.once('timeout', () => settle({ ready: false, detail: 'no answer' }));
    socket.once('error', (error) => settle({ ready: false, detail: reasonOf(error) }));
  });
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ECONNREFUSED') return 'nothing listens';
  if (cause instanceof Error && cause.name === 'TimeoutError') return 'no answer';
  return code !== undefined ? String(code) : String(cause);
}
