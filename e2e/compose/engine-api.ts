import { type IncomingMessage, request } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** The few calls of Docker's HTTP API that the tests need, over its unix socket: no `docker` command has to be there. */
export interface EngineApi {
  /** @throws when the engine does not answer, or answers with 400 or above. */
  get<T>(path: string): Promise<T>;
  /** @throws as `get`. */
  remove(path: string): Promise<string>;
  /** Owner and mode of a file or folder in a container, running or not, volumes included. @throws as `get`. */
  stat(container: string, path: string): Promise<FileStat>;
  /** Sends a body as it is; resolves to the whole answer. @throws as `get`. */
  post(path: string, body?: Readable): Promise<string>;
}

/** What the header of a tar entry says. */
export interface FileStat {
  /** uid:gid */
  readonly owner: string;
  /** Permission bits in octal: 750. */
  readonly mode: string;
  /** Seconds since the epoch. */
  readonly modified: number;
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
    remove: (path) => call('DELETE', path),
    stat: (container, path) => statInContainer(socketPath, container, path),
    post: (path, body) => call('POST', path, body),
  };
}

/** The engine sends a path as a tar archive: its first header is the answer, the rest is not read. */
function statInContainer(socketPath: string, container: string, path: string): Promise<FileStat> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      socketPath,
      path: `/containers/${container}/archive?path=${encodeURIComponent(path)}`,
      timeout: TIMEOUT_MILLIS,
    });
    outgoing.on('error', reject);
    outgoing.on('response', async (answer) => {
      try {
        if (answer.statusCode !== 200) throw new Error(`${path}: expected 200, got ${await text(answer)}`);
        let header = Buffer.alloc(0);
        for await (const chunk of answer) {
          header = Buffer.concat([header, chunk as Buffer]);
          if (header.length >= 512) break;
        }
        resolve(readTarHeader(header));
      } catch (error) {
        reject(error);
      }
      outgoing.destroy();
    });
    outgoing.end();
  });
}

function readTarHeader(header: Buffer): FileStat {
  const octal = (from: number, to: number) => Number.parseInt(header.toString('latin1', from, to), 8);
  return {
    owner: `${octal(108, 116)}:${octal(116, 124)}`,
    mode: (octal(100, 108) & 0o777).toString(8),
    modified: octal(136, 148),
  };
}

async function read(answer: IncomingMessage, what: string): Promise<string> {
  const body = await text(answer);
  const status = answer.statusCode ?? 0;
  if (status >= 400) throw new Error(`${what}: expected success, got ${status}: ${body.slice(0, 500)}`);
  return body;
}
