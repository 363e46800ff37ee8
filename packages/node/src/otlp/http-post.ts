import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { ExportResponse } from '@opentelemetry/otlp-exporter-base';
import { retryAfterMillis } from './retry.ts';

/** Where and with what one signal is posted. */
export interface Wire {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly agent: http.Agent;
}

/**
 * Taken before anything is instrumented: what Vigil sends must not show up as a client span or in
 * `http.client.request.duration`.
 */
const REQUEST = { 'http:': http.request, 'https:': https.request };

const RETRYABLE_STATUS = [429, 502, 503, 504];
const RETRYABLE_CODES = [
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
];

/** A partial success is far smaller; a longer answer is not read. */
const ANSWER_MAXIMUM_BYTES = 65_536;

/**
 * Posts once. The answer is awaited for `timeoutMillis` in all, connecting included, and neither socket nor timer keeps
 * the process alive. Never rejects.
 */
export function post(wire: Wire, body: Uint8Array, timeoutMillis: number): Promise<ExportResponse> {
  return new Promise((resolve) => {
    // Whole milliseconds, at least one: a remainder of a deadline is neither. Its timer is unref'd by Node.js.
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMillis)));
    const send = wire.url.protocol === 'https:' ? REQUEST['https:'] : REQUEST['http:'];
    const request = send(
      wire.url,
      { method: 'POST', agent: wire.agent, signal, headers: { ...wire.headers, 'Content-Length': body.byteLength } },
      (response) => readAnswer(response, resolve),
    );
    request.on('socket', letGo);
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) {
        resolve({ status: 'retryable', error: new Error(`no answer within ${Math.round(timeoutMillis)} ms`) });
      } else {
        resolve({ status: RETRYABLE_CODES.includes(error.code ?? '') ? 'retryable' : 'failure', error });
      }
    });
    request.end(body);
  });
}

/** Node.js makes a new handle for each address it tries, and holds on to a kept socket again when it is reused. */
function letGo(socket: Socket): void {
  socket.unref();
  if (!socket.connecting) return;
  const unref = () => socket.unref();
  socket.on('connectionAttempt', unref);
  socket.once('connect', () => {
    socket.off('connectionAttempt', unref);
    unref();
  });
}

function readAnswer(response: http.IncomingMessage, resolve: (outcome: ExportResponse) => void): void {
  const { statusCode = 0, statusMessage = '' } = response;
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= ANSWER_MAXIMUM_BYTES) chunks.push(chunk);
    else response.destroy();
  });
  const settle = () => {
    if (statusCode >= 200 && statusCode <= 299) {
      const complete = response.complete && bytes > 0 && bytes <= ANSWER_MAXIMUM_BYTES;
      resolve({ status: 'success', ...(complete && { data: Buffer.concat(chunks) }) });
      return;
    }
    const error = new Error(`HTTP ${statusCode} ${statusMessage}`.trim());
    if (!RETRYABLE_STATUS.includes(statusCode)) {
      resolve({ status: 'failure', error });
      return;
    }
    const retryInMillis = retryAfterMillis(response.headers['retry-after'], Date.now());
    resolve({ status: 'retryable', error, ...(retryInMillis !== undefined && { retryInMillis }) });
  };
  response.on('close', settle);
}
