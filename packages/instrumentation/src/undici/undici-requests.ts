import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientOperation } from '../http-semantics/client-operation.ts';
import { ClientOperations, type OutgoingRequest } from '../http-semantics/client-operations.ts';
import { errorTypeOf } from '../http-semantics/error-type.ts';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import type { UndiciOptions, UndiciRequest } from './options.ts';

const REQUEST_CREATE = 'undici:request:create';
const REQUEST_HEADERS = 'undici:request:headers';
const REQUEST_TRAILERS = 'undici:request:trailers';
const REQUEST_ERROR = 'undici:request:error';

const OPERATION = Symbol('vigil.undici.request');

/** What undici's request has beside; told by version, so each is looked at before it is used. */
interface Published extends UndiciRequest {
  [OPERATION]?: ClientOperation | undefined;
  /** From 6 on a flat list of names and values, before a text as it is sent. */
  headers: unknown;
  readonly addHeader?: (name: string, value: string) => unknown;
  readonly upgrade?: unknown;
  onUpgrade?: ((status: number, ...rest: unknown[]) => unknown) | undefined;
  onRequestUpgrade?: ((...args: unknown[]) => unknown) | undefined;
}

interface UndiciMessage {
  readonly request: Published;
  readonly response?: { readonly statusCode: number };
  readonly error?: unknown;
}

/** Replaces what the application passed on itself, such as the headers of a request it answers. */
function setHeader(request: Published, name: string, value: string): void {
  const { headers } = request;
  if (Array.isArray(headers)) {
    for (let index = 0; index < headers.length; index += 2) {
      if (typeof headers[index] !== 'string' || headers[index].toLowerCase() !== name) continue;
      headers[index + 1] = value;
      return;
    }
  }
  if (typeof request.addHeader === 'function') request.addHeader(name, value);
  else if (typeof headers === 'string') request.headers = `${headers}${name}: ${value}\r\n`;
}

/** Requests by `fetch` of Node.js and by any copy of the package undici: all publish on the same channels. No method throws. */
export class UndiciRequests {
  readonly #host: InstrumentationHost;
  readonly #ignore: UndiciOptions['ignoreRequest'];
  readonly #operations: ClientOperations<Published>;
  #isEnabled = false;
  #isWatching = false;

  constructor(host: InstrumentationHost, options: UndiciOptions) {
    this.#host = host;
    this.#ignore = options.ignoreRequest;
    const tracer = host.tracer('@vigil/instrumentation/undici');
    const onIdle = () => this.#stopWatching();
    this.#operations = new ClientOperations({ host, tracer, options, setHeader, onIdle });
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
    subscribe(REQUEST_CREATE, this.#onCreate);
    if (this.#isWatching) return;
    this.#isWatching = true;
    subscribe(REQUEST_HEADERS, this.#onHeaders);
    subscribe(REQUEST_TRAILERS, this.#onTrailers);
    subscribe(REQUEST_ERROR, this.#onError);
  }

  /** Requests that began before end as they would have. */
  disable(): void {
    if (!this.#isEnabled) return;
    this.#isEnabled = false;
    unsubscribe(REQUEST_CREATE, this.#onCreate);
    if (this.#operations.open === 0) this.#stopWatching();
  }

  #stopWatching(): void {
    if (this.#isEnabled || !this.#isWatching) return;
    this.#isWatching = false;
    unsubscribe(REQUEST_HEADERS, this.#onHeaders);
    unsubscribe(REQUEST_TRAILERS, this.#onTrailers);
    unsubscribe(REQUEST_ERROR, this.#onError);
  }

  readonly #onCreate = (message: unknown): void => {
    try {
      const { request } = message as UndiciMessage;
      // A proxy's tunnel, which undici opens on its own; what goes through it is a request of its own.
      if (request.method === 'CONNECT') return;
      const context = this.#host.contextManager.active();
      if (this.#operations.isSuppressed(context) || this.#isIgnored(request)) return;
      const upgrade = request.upgrade ? upgradeMethod(request) : undefined;
      // Its end could not be seen.
      if (request.upgrade && upgrade === undefined) return;
      const operation = this.#operations.begin(request, outgoing(request), context);
      request[OPERATION] = operation;
      if (upgrade !== undefined) this.#watchUpgrade(request, operation, upgrade);
    } catch (error) {
      this.#host.warn(`undici: a request is not recorded: ${String(error)}`);
    }
  };

  readonly #onHeaders = (message: unknown): void => {
    try {
      const { request, response } = message as UndiciMessage;
      const operation = request[OPERATION];
      if (operation === undefined || response === undefined) return;
      // Early hints and the like; the answer follows.
      if (response.statusCode < 200) return;
      this.#operations.answered(operation, response.statusCode, undefined);
    } catch (error) {
      this.#host.warn(`undici: an answer is not recorded: ${String(error)}`);
    }
  };

  readonly #onTrailers = (message: unknown): void => {
    this.#end(message, undefined);
  };

  readonly #onError = (message: unknown): void => {
    this.#end(message, errorTypeOf((message as UndiciMessage).error));
  };

  #end(message: unknown, errorType: string | undefined): void {
    try {
      const operation = (message as UndiciMessage).request[OPERATION];
      if (operation !== undefined) this.#operations.end(operation, errorType);
    } catch (error) {
      this.#host.warn(`undici: the end of a request is not recorded: ${String(error)}`);
    }
  }

  /** No channel tells of an upgrade (WebSockets, `Client.upgrade`): the one method that undici calls for it does, on this request. */
  #watchUpgrade(request: Published, operation: ClientOperation, method: 'onUpgrade' | 'onRequestUpgrade'): void {
    const original = request[method] as (...args: unknown[]) => unknown;
    const operations = this.#operations;
    Object.defineProperty(request, method, {
      configurable: true,
      writable: true,
      enumerable: false,
      value: function upgraded(this: unknown, ...args: unknown[]): unknown {
        const status = args.find((arg) => typeof arg === 'number');
        operations.answered(operation, typeof status === 'number' ? status : 101, undefined);
        operations.end(operation);
        return original.apply(this, args);
      },
    });
  }

  #isIgnored(request: Published): boolean {
    if (this.#ignore === undefined) return false;
    try {
      return this.#ignore(request) === true;
    } catch (error) {
      this.#host.warn(`undici: ignoreRequest threw: ${errorTypeOf(error)}`);
      return false;
    }
  }
}

function upgradeMethod(request: Published): 'onUpgrade' | 'onRequestUpgrade' | undefined {
  if (typeof request.onUpgrade === 'function') return 'onUpgrade';
  return typeof request.onRequestUpgrade === 'function' ? 'onRequestUpgrade' : undefined;
}

function outgoing({ origin, path, method }: Published): OutgoingRequest {
  const server = String(origin);
  return {
    method,
    server,
    origin: server,
    path,
    addressOf: () => {
      const { protocol, hostname, port } = new URL(server);
      const scheme = protocol.slice(0, -1);
      const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
      return { scheme, address, port: port === '' ? (scheme === 'https' ? 443 : 80) : Number(port) };
    },
  };
}
