import { type IncomingMessage, request } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** The few calls of Docker's HTTP API that the tests need, over its unix socket: no `docker` command has to be there. */
export interface EngineApi {
  /** @throws when the engine does not answer, or answers with 400 or above. */
  get<T>(path: string): Promise<T>;
  /** Sends a body as it is; resolves to the whole answer. @throws as `get`. */
  post(path: string, body?: Readable): Promise<string>;
}

const TIMEOUT_MILLIS = 600_000;

export function engineApi(socketPath: string): EngineApi {
  const call = (method: string, path: string, body?: Readable): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { 'content-type': 'application/x-tar' };
      const outgoing = request({ socketPath, method, path, headers, timeout: TIMEOUT_MILLIS }, (answer) => {
        read(answer, `${method} ${path}`).then(resolve, reject);
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer`)));
      outgoing.on('error', reject);
      if (body === undefined) outgoing.end();
      else body.on('error', reject).pipe(outgoing);
    });
  return {
    get: async <T>(path: string) => JSON.parse(await call('GET', path)) as T,
    post: (path, body) => call('POST', path, body),
  };
}

async function read(answer: IncomingMessage, what: string): Promise<string> {
  const body = await text(answer);
  const status = answer.statusCode ?? 0;
  if (status >= 400) throw new Error(`${what}: expected success, got ${status}: ${body.slice(0, 500)}`);
  return body;
}
