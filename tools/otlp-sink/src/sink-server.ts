import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Socket } from 'node:net';
import { answer } from './sink-answer.ts';
import type { SinkRecord } from './sink-record.ts';
import type { PlainStep } from './sink-step.ts';
import type { StepChoice } from './step-choice.ts';

export interface SinkTls {
  readonly key: string;
  readonly cert: string;
}

export interface SinkListen {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  readonly tls: SinkTls | undefined;
}

/** Longer than any client keeps a connection: only a step closes one. */
const LIMITS = { keepAliveTimeout: 600_000, headersTimeout: 0, requestTimeout: 0, maxHeaderSize: 65_536 };

/** Listens and does with each request what the choice says; resolves to the port. */
export function serveSteps({ port, host, tls }: SinkListen, choice: StepChoice, record: SinkRecord): Promise<number> {
  const server = tls === undefined ? http.createServer(LIMITS) : https.createServer({ ...LIMITS, ...tls });
  server.on('request', (request, response) => onRequest(request, response, choice, record));
  // Between two handshakes of TLS nothing can be chosen: such steps wait for the request.
  const front = tls === undefined ? net.createServer(onPlainConnection) : server.on('connection', onConnection);

  function onConnection(socket: Socket): void {
    record.connected();
    record.open += 1;
    socket.on('close', () => {
      record.open -= 1;
    });
    socket.on('error', ignore);
  }
  function onPlainConnection(socket: Socket): void {
    onConnection(socket);
    if (choice.coming.kind === 'cut' || choice.coming.kind === 'deaf') {
      refuse(choice.take({ path: '', bytes: 0 }), socket, socket);
    } else {
      server.emit('connection', socket);
    }
  }
  return new Promise((resolve, reject) => {
    front.once('error', reject);
    front.listen(port, host, () => resolve((front.address() as AddressInfo).port));
  });
}

function onRequest(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  choice: StepChoice,
  record: SinkRecord,
): void {
  const path = request.url ?? '';
  const step = choice.take({ path, bytes: Number(request.headers['content-length'] ?? 0) });
  request.on('error', ignore);
  response.on('error', ignore);
  if (step.kind === 'cut' || step.kind === 'deaf') {
    refuse(step, request, request.socket);
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const { 'content-type': contentType = '', 'content-encoding': contentEncoding = '' } = request.headers;
    const status = 'status' in step ? step.status : undefined;
    const isRefused = Math.floor((status ?? 200) / 100) !== 2;
    const rejected = step.kind === 'partial' ? step.rejected : 0;
    const items = isRefused ? 0 : record.take({ path, contentType, contentEncoding, body }, rejected);
    record.requested({
      path,
      headers: request.headers,
      bytes: body.length,
      items,
      step: step.kind,
      atMillis: Date.now(),
    });
    answer(step, request, response, (bytes) => {
      record.flooded += bytes;
    });
  });
}

/** `cut` or `deaf`; on a new connection the bytes are those of the whole request, on a kept one those of the body. */
function refuse(step: PlainStep, from: http.IncomingMessage | Socket, socket: Socket): void {
  if (step.kind === 'deaf') {
    from.pause();
    setTimeout(() => socket.resetAndDestroy(), step.resetAfterMillis);
  }
  if (step.kind !== 'cut') return;
  let left = step.bytes;
  if (left === 0) socket.resetAndDestroy();
  from.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left <= 0) socket.resetAndDestroy();
  });
}

function ignore(): void {
  // The other side may go whenever it likes.
}
