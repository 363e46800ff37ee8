// Receives what agents send and forgets it, as cheaply as possible: it shares its core with the load. Counts requests and
// bytes; also answers /upstream, which the application's /fetch asks. Prints its port; answers `tally` over its channel.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { sentrySpans } from './sentry-envelope.ts';

export interface SinkTally {
  readonly requests: number;
  /** Of bodies, as they came over the wire. */
  readonly bytes: number;
  /** Spans in Sentry's envelopes, which the scripted sink of the fault bed does not read; counted when asked to. */
  readonly sentrySpans: number;
}

const tally = { requests: 0, bytes: 0, sentrySpans: 0 };
let reading = false;

/** dd-trace keeps its default sampling rates without this answer. */
const DATADOG_ANSWER = '{"rate_by_service":{"service:,env:":1}}';

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { url = '', headers } = request;
  if (/^\/v0\.\d\/traces/.test(url)) response.setHeader('Content-Type', 'application/json').end(DATADOG_ANSWER);
  else if (url.startsWith('/v1/'))
    response.setHeader('Content-Type', headers['content-type'] ?? 'application/x-protobuf').end();
  else if (url.includes('/envelope/')) response.setHeader('Content-Type', 'application/json').end('{}');
  else response.writeHead(404).end();
}

function take(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === '/upstream') {
    response.end('pong');
    return;
  }
  const kept: Buffer[] = [];
  const isEnvelope = reading && request.url?.includes('/envelope/') === true;
  tally.requests += 1;
  request.on('data', (chunk: Buffer) => {
    tally.bytes += chunk.length;
    if (isEnvelope) kept.push(chunk);
  });
  request.on('end', () => {
    if (isEnvelope) {
      const body = Buffer.concat(kept);
      tally.sentrySpans += sentrySpans(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
    }
    answer(request, response);
  });
}

const server = createServer(take).listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('message', (message: { readonly read?: boolean }) => {
  reading = message.read ?? reading;
  process.send?.({ tally });
});
process.on('disconnect', () => process.exit());
