import { createServer, type IncomingMessage, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { decodeExportRequest, SIGNALS, type Signal } from './otlp-schema.ts';

/** One request that the sink has answered with success. */
export interface Received {
  readonly signal: Signal;
  readonly path: string;
  /** OTLP's JSON form. */
  readonly body: Record<string, unknown>;
}

/** Stands for all three stores: an OTLP/HTTP receiver that keeps what it got. */
export interface OtlpSink {
  /** http://127.0.0.1:<port> */
  readonly url: string;
  readonly received: Received[];
  /** Status of every answer from now on: 200 keeps the body, anything else forgets it. */
  answer(status: number): void;
  close(): Promise<void>;
}

/** Starts a sink. Port 0 takes a free one. @throws when the port is taken. */
export async function startOtlpSink(port = 0): Promise<OtlpSink> {
  const received: Received[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    void take(request).then((one) => {
      if (status === 200 && one !== undefined) received.push(one);
      response.writeHead(one === undefined ? 404 : status).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    received,
    answer: (next) => {
      status = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function take(request: IncomingMessage): Promise<Received | undefined> {
  const path = request.url ?? '';
  const signal = SIGNALS.find((one) => path.endsWith(`/v1/${one}`));
  const raw = await buffer(request);
  if (signal === undefined) return undefined;
  const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
  return { signal, path, body: decodeExportRequest(signal, body) };
}

/** Port of a server that listens. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return address.port;
}

/** Asks the system for free ports; nothing holds them afterwards. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((one) => new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))));
  const ports = servers.map(portOf);
  await Promise.all(servers.map((one) => new Promise((resolve) => one.close(resolve))));
  return ports;
}
