import { get } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Readiness } from './program-spec.ts';

/** Answer of one readiness probe; `detail` says in a few words why not. */
export type Probe = { readonly ready: true } | { readonly ready: false; readonly detail: string };

/** Longest time a single probe may take, in milliseconds. */
export const PROBE_TIMEOUT_MILLIS = 2_000;

/** What a person reads of an answer that says no. */
const DETAIL_LENGTH = 80;

/** Asks a program once whether it is ready. Never throws, never takes longer than `timeoutMillis`. */
export async function probe(readiness: Readiness, timeoutMillis: number = PROBE_TIMEOUT_MILLIS): Promise<Probe> {
  return readiness.kind === 'http' ? probeHttp(readiness, timeoutMillis) : probeTcp(readiness, timeoutMillis);
}

// Not fetch: it refuses ports such as 6000 and keeps connections, which a probe has no use for.
async function probeHttp(ask: { url: string; status?: number }, timeoutMillis: number): Promise<Probe> {
  return new Promise((resolve) => {
    const refuse = (error: unknown): void => resolve({ ready: false, detail: reasonOf(error) });
    const signal = AbortSignal.timeout(timeoutMillis);
    const request = get(ask.url, { agent: false, signal }, (answer) => {
      const { statusCode: status = 0 } = answer;
      const ready = ask.status === undefined ? status < 400 : status === ask.status;
      text(answer).then((body) => {
        const firstLine = body.split('\n', 1)[0]?.slice(0, DETAIL_LENGTH) ?? '';
        resolve(ready ? { ready } : { ready, detail: `HTTP ${status} ${firstLine}`.trim() });
      }, refuse);
    });
    request.once('error', refuse);
  });
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
  const { code, name } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'nothing listens';
  if (name === 'AbortError') return 'no answer';
  return typeof code === 'string' ? code : String(error);
}
