import type http from 'node:http';
import type { Socket } from 'node:net';
import { readAnswerBody } from './answer-body.ts';
import { failureReason } from './failure-reason.ts';
import type { HttpClient } from './http-client.ts';
import type { AttemptOutcome } from './transport.ts';

const EMPTY = new Uint8Array(0);

export interface HttpAttempt {
  readonly client: HttpClient;
  readonly url: URL;
  readonly agent: http.Agent;
  readonly headers: http.OutgoingHttpHeaders;
  readonly body: Uint8Array;
  readonly deadlineMillis: number;
}

/** Ends the attempt now; it settles as failed for `shutdown_deadline`. */
export type AbandonAttempt = () => void;

/** Posts once and calls `settled` once, later; see `Transport.send`. Neither socket nor timer keeps the process alive. */
export function startHttpAttempt(attempt: HttpAttempt, settled: (outcome: AttemptOutcome) => void): AbandonAttempt {
  let isSettled = false;
  let exchange: Exchange | undefined;
  const settle = (outcome: AttemptOutcome) => {
    if (isSettled) return;
    isSettled = true;
    clearTimeout(timer);
    settled(outcome);
  };
  const giveUp = (reason: 'timeout' | 'shutdown_deadline') => () => {
    settle(exchange?.refusal() ?? { kind: 'failed', reason, maybeAccepted: exchange?.hasLeft ?? false });
    exchange?.request.destroy();
  };
  const timer = setTimeout(giveUp('timeout'), Math.max(1, Math.ceil(attempt.deadlineMillis))).unref();

  const start = (mayStartAgain: boolean) => {
    exchange = new Exchange(attempt, settle, (error, { hasLeft, hasWritten }) => {
      // The server had closed a connection we kept, and it was noticed before a byte was written.
      if (mayStartAgain && !hasWritten && !isSettled) start(false);
      else settle({ kind: 'failed', reason: failureReason(error), maybeAccepted: hasLeft });
    });
  };
  try {
    start(true);
  } catch (error) {
    // An option Node.js refuses. `settled` is never called before this function returns.
    setImmediate(() => settle({ kind: 'failed', reason: failureReason(error), maybeAccepted: false }));
  }
  return giveUp('shutdown_deadline');
}

/** One request and what is known of it. */
class Exchange {
  readonly request: http.ClientRequest;
  /** The last byte was handed to the system; before that, nobody can have the whole request. */
  hasLeft = false;
  #response: http.IncomingMessage | undefined;
  #kept: { readonly socket: Socket; readonly bytesBefore: number } | undefined;

  constructor(
    { client, url, agent, headers, body }: HttpAttempt,
    settle: (outcome: AttemptOutcome) => void,
    failed: (error: Error, exchange: Exchange) => void,
  ) {
    const send = client.requestOf[url.protocol === 'https:' ? 'https:' : 'http:'];
    const request = send(url, { method: 'POST', agent, headers: { ...headers, 'Content-Length': body.byteLength } });
    this.request = request;
    request.on('socket', (socket) => {
      letGo(socket);
      if (request.reusedSocket) this.#kept = { socket, bytesBefore: socket.bytesWritten };
    });
    // Node.js also says 'finish' when a socket is destroyed with bytes still in it.
    request.on('finish', () => {
      this.hasLeft = request.socket?.destroyed === false;
    });
    request.on('response', (response) => {
      this.#response = response;
      readAnswerBody(response, (answerBody) => {
        settle(answered(response, answerBody));
        // Answered before it was all read: what is left must not run into the next request.
        if (!this.hasLeft) request.destroy();
      });
    });
    // Nobody here speaks another protocol; without this listener it would look like a broken connection.
    request.on('upgrade', (response, socket) => {
      this.#response = response;
      socket.destroy();
      settle(answered(response, EMPTY));
    });
    request.on('error', (error) => {
      // A body that breaks off: its status stands, and the answer's 'close' settles.
      if (this.#response === undefined) failed(error, this);
    });
    request.end(body);
  }

  /** False only on a kept connection that was found closed before anything was written to it. */
  get hasWritten(): boolean {
    return this.#kept === undefined || this.#kept.socket.bytesWritten > this.#kept.bytesBefore;
  }

  /** What was answered, if that was no success: it is known although its body never ended. */
  refusal(): AttemptOutcome | undefined {
    const { statusCode = 0 } = this.#response ?? {};
    const isSuccess = statusCode >= 200 && statusCode <= 299;
    return this.#response === undefined || isSuccess ? undefined : answered(this.#response, EMPTY);
  }
}

const answered = (response: http.IncomingMessage, body: Uint8Array): AttemptOutcome => ({
  kind: 'answered',
  statusCode: response.statusCode ?? 0,
  retryAfter: response.headersDistinct['retry-after']?.join(', '),
  contentType: response.headers['content-type'],
  body,
});

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
