import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientOperation } from '../http-semantics/client-operation.ts';
import { ClientOperations, type OutgoingRequest } from '../http-semantics/client-operations.ts';
import type { TargetAddress } from '../http-semantics/client-targets.ts';
import { errorTypeOf } from '../http-semantics/error-type.ts';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import type { HttpOptions } from './options.ts';
import { WatchedEmit } from './watched-emit.ts';

const REQUEST_CREATED = 'http.client.request.created';
const REQUEST_ERROR = 'http.client.request.error';
/** Its name notwithstanding Node.js publishes it when the head of the response has come. */
const RESPONSE_FINISH = 'http.client.response.finish';

const CONNECTION_LOST = 'ECONNRESET';
const ABORTED = 'ABORT_ERR';
const TIMED_OUT = 'timeout';

const OPERATION = Symbol('vigil.http.client');

/** A property, not a WeakMap, which costs ten times as much. `res` is what Node.js itself keeps the response in. */
interface Watched {
  [OPERATION]?: ClientOperation | undefined;
  readonly res?: IncomingMessage | null | undefined;
}

interface ClientMessage {
  readonly request: ClientRequest;
  readonly response?: IncomingMessage;
  readonly error?: unknown;
}

function setHeader(request: ClientRequest, name: string, value: string): void {
  // Headers that were given as an array are written already.
  if (!request.headersSent) request.setHeader(name, value);
}

/**
 * The requests that this process sends by `http` and `https`, from their making on until their answer is read. Channels tell of the
 * beginning, the head of the answer and errors; that a request is closed, upgraded or late is seen where it emits it. No method
 * throws.
 */
export class ClientRequests {
  readonly #host: InstrumentationHost;
  readonly #ignore: ((request: ClientRequest) => boolean) | undefined;
  readonly #operations: ClientOperations<ClientRequest>;
  readonly #emit: WatchedEmit;
  #isEnabled = false;
  #isWatching = false;

  constructor(host: InstrumentationHost, options: HttpOptions) {
    this.#host = host;
    this.#ignore = options.ignoreOutgoing;
    const tracer = host.tracer('@vigil/instrumentation/http');
    const onIdle = () => this.#stopWatching();
    this.#operations = new ClientOperations({ host, tracer, options, setHeader, onIdle });
    this.#emit = new WatchedEmit(
      ClientRequest.prototype,
      ['close', 'connect', 'timeout', 'upgrade'],
      (request, args, emit) => {
        this.#onEvent(request as ClientRequest, args[0], args[1]);
        return emit.apply(request, args);
      },
    );
  }

  get isEnabled(): boolean {
    return this.#isEnabled;
  }

  /** Requests on their way. */
  get open(): number {
    return this.#operations.open;
  }

  enable(): void {
    if (this.#isEnabled) return;
    this.#isEnabled = true;
    subscribe(REQUEST_CREATED, this.#onCreated);
    this.#emit.install();
    if (this.#isWatching) return;
    this.#isWatching = true;
    subscribe(REQUEST_ERROR, this.#onError);
    subscribe(RESPONSE_FINISH, this.#onAnswer);
  }

  /** Requests that began before end as they would have. */
  disable(): void {
    if (!this.#isEnabled) return;
    this.#isEnabled = false;
    unsubscribe(REQUEST_CREATED, this.#onCreated);
    if (this.#operations.open === 0) this.#stopWatching();
  }

  #stopWatching(): void {
    if (this.#isEnabled || !this.#isWatching) return;
    this.#isWatching = false;
    unsubscribe(REQUEST_ERROR, this.#onError);
    unsubscribe(RESPONSE_FINISH, this.#onAnswer);
    this.#emit.remove();
  }

  readonly #onCreated = (message: unknown): void => {
    try {
      const { request } = message as ClientMessage;
      const context = this.#host.contextManager.active();
      if (this.#operations.isSuppressed(context) || this.#isIgnored(request)) return;
      (request as Watched)[OPERATION] = this.#operations.begin(request, outgoing(request), context);
    } catch (error) {
      this.#host.warn(`http: a request to another server is not recorded: ${String(error)}`);
    }
  };

  readonly #onAnswer = (message: unknown): void => {
    try {
      const { request, response } = message as ClientMessage;
      const operation = (request as Watched)[OPERATION];
      if (operation === undefined || response === undefined) return;
      notePeer(operation, request.socket);
      this.#operations.answered(operation, response.statusCode ?? 0, response.httpVersion);
    } catch (error) {
      this.#host.warn(`http: the answer of another server is not recorded: ${String(error)}`);
    }
  };

  readonly #onError = (message: unknown): void => {
    try {
      const { request, error } = message as ClientMessage;
      const operation = (request as Watched)[OPERATION];
      if (operation === undefined) return;
      const type = errorTypeOf(error);
      const isLate = operation.hasTimedOut && operation.status === undefined && type === CONNECTION_LOST;
      this.#operations.end(operation, isLate ? TIMED_OUT : type);
    } catch (error) {
      this.#host.warn(`http: the error of a request is not recorded: ${String(error)}`);
    }
  };

  #onEvent(request: ClientRequest, event: string | symbol, response: unknown): void {
    const operation = (request as Watched)[OPERATION];
    if (operation === undefined || operation.isEnded) return;
    try {
      if (event === 'timeout') operation.hasTimedOut = true;
      else if (event === 'close') this.#operations.end(operation, failureOfClosed(request, operation));
      else {
        const { statusCode, httpVersion } = response as IncomingMessage;
        notePeer(operation, request.socket);
        this.#operations.answered(operation, statusCode ?? 0, httpVersion);
        this.#operations.end(operation);
      }
    } catch (error) {
      this.#host.warn(`http: the end of a request to another server is not recorded: ${String(error)}`);
    }
  }

  #isIgnored(request: ClientRequest): boolean {
    if (this.#ignore === undefined) return false;
    try {
      return this.#ignore(request) === true;
    } catch (error) {
      this.#host.warn(`http: ignoreOutgoing threw: ${errorTypeOf(error)}`);
      return false;
    }
  }
}

function notePeer(operation: ClientOperation, socket: Socket | null): void {
  if (socket === null) return;
  operation.peerAddress = socket.remoteAddress;
  operation.peerPort = socket.remotePort;
}

/** What went wrong with a request that is closed and had no error; undefined when nothing did. */
function failureOfClosed(request: ClientRequest, operation: ClientOperation): string | undefined {
  const { res } = request as Watched;
  if (res === null || res === undefined) {
    if (operation.hasTimedOut) return TIMED_OUT;
    return request.destroyed && (request as { readonly aborted?: unknown }).aborted === true
      ? ABORTED
      : CONNECTION_LOST;
  }
  if (res.complete) return undefined;
  const { socket } = request;
  // Closed from here without an error: the application did not want the rest.
  const { errored, readableEnded } = socket ?? {};
  if (errored !== null && errored !== undefined) return errorTypeOf(errored);
  return readableEnded === true ? CONNECTION_LOST : undefined;
}

function outgoing(request: ClientRequest): OutgoingRequest {
  const { method, protocol, host, path } = request;
  const { socketPath } = request as { readonly socketPath?: unknown };
  const header = request.getHeader('host');
  const named = typeof header === 'string' && namesHost(header, host) ? header : undefined;
  const origin = `${protocol}//${named ?? host}`;
  const isLocal = typeof socketPath === 'string';
  const server = isLocal ? `unix:${socketPath}` : named === undefined ? `${origin} ?` : origin;
  const addressOf = (): TargetAddress => {
    const scheme = protocol.replace(/:$/, '');
    if (isLocal) return { scheme, address: socketPath, port: undefined };
    return { scheme, address: host, port: named === undefined ? undefined : portOf(named, host, scheme) };
  };
  return { method, server, origin, path, addressOf };
}

/** The application may ask one host in the name of another. */
const namesHost = (header: string, host: string): boolean =>
  header.startsWith(host) || (header.startsWith('[') && header.startsWith(host, 1));

function portOf(header: string, host: string, scheme: string): number {
  const rest = header.slice(header.startsWith('[') ? host.length + 2 : host.length);
  const port = /^:(\d{1,5})$/.exec(rest)?.[1];
  return port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port);
}
