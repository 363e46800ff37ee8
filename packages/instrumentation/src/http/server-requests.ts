import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Context, createContextKey, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { HTTP_ROUTE, URL_PATH } from '@vigil/conventions';
import { LightSpan, type LightTracer } from '@vigil/tracer';
import { httpRouteOf } from '../http-route.ts';
import { errorTypeOf } from '../http-semantics/error-type.ts';
import { KNOWN_METHODS } from '../http-semantics/known-methods.ts';
import { applyOutcome } from '../http-semantics/span-outcome.ts';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import { requestBodySize, responseBodySize } from './body-size.ts';
import { CarriedContext } from './carried-context.ts';
import { ConnectionRequests } from './connection-requests.ts';
import { cutReason } from './cut-reason.ts';
import { bindLateBody } from './late-body.ts';
import type { HttpOptions } from './options.ts';
import { RequestContext } from './request-context.ts';
import { addResponseTimeHeaders } from './response-time-headers.ts';
import { NO_ROUTE, NO_STATUS, RequestKinds, type ServerOutcome } from './server-outcomes.ts';
import { pathOfTarget } from './url-path.ts';

const REQUEST_START = 'http.server.request.start';
const RESPONSE_FINISH = 'http.server.response.finish';

/** The key that `suppressTracing` of `@opentelemetry/core` sets. */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
const SUPPRESSED: Context = ROOT_CONTEXT.setValue(SUPPRESS_TRACING, true);

const CONTEXT = Symbol('vigil.http.request');

/** A property, not a WeakMap, which costs ten times as much. */
interface Watched {
  [CONTEXT]?: RequestContext | undefined;
}

/** What Node.js publishes on both channels. */
interface ServerMessage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
}

/**
 * The requests to the servers of `http` and `https`: a span, its context and its metrics from the parsed head on until the answer is
 * handed to the system, or its connection closes. No method throws.
 */
export class ServerRequests {
  readonly #host: InstrumentationHost;
  readonly #options: HttpOptions;
  readonly #tracer: LightTracer | undefined;
  readonly #kinds: RequestKinds;
  readonly #carried: CarriedContext;
  #isEnabled = false;
  #open = 0;

  constructor(host: InstrumentationHost, tracer: LightTracer | undefined, options: HttpOptions) {
    this.#host = host;
    this.#options = options;
    this.#tracer = tracer;
    this.#kinds = new RequestKinds(host.metrics, options.knownMethods ?? KNOWN_METHODS, options.bodySizes === true);
    this.#carried = new CarriedContext(host.propagator);
  }

  get isEnabled(): boolean {
    return this.#isEnabled;
  }

  /** Requests that are being answered. */
  get open(): number {
    return this.#open;
  }

  enable(): void {
    if (this.#isEnabled) return;
    this.#isEnabled = true;
    subscribe(REQUEST_START, this.#onStart);
    // It may still be there for requests of before.
    unsubscribe(RESPONSE_FINISH, this.#onFinish);
    subscribe(RESPONSE_FINISH, this.#onFinish);
  }

  /** Requests that began before end as they would have. */
  disable(): void {
    if (!this.#isEnabled) return;
    this.#isEnabled = false;
    unsubscribe(REQUEST_START, this.#onStart);
    if (this.#open === 0) unsubscribe(RESPONSE_FINISH, this.#onFinish);
  }

  /**
   * A request begins: makes its span. Undefined when it is ignored, or has begun before.
   *
   * @param response undefined for a request to upgrade.
   */
  begin(request: IncomingMessage, response: ServerResponse | undefined, socket: Duplex): RequestContext | undefined {
    if ((request as Watched)[CONTEXT] !== undefined || this.#isIgnored(request)) return undefined;
    const isSecure = (socket as { readonly encrypted?: unknown }).encrypted === true;
    const kind = this.#kinds.of(request.method, isSecure, request.httpVersionMinor === 0);
    const carried = this.#carried.of(request);
    const path = pathOfTarget(request.url);
    const own = path === undefined ? [] : [URL_PATH, path];
    const span = this.#tracer?.startOperation(kind.startName, SpanKind.SERVER, carried, own, kind.constants);
    const isRecording = span instanceof LightSpan;
    // Without a tracer the caller's span is the parent of what this process asks others for.
    const parent = span ?? (carried === ROOT_CONTEXT ? undefined : trace.getSpan(carried));
    const context = new RequestContext(parent, carried, kind, request, response);
    if (isRecording) span.details = context;
    else context.startMillis = this.#host.nowMillis();
    ConnectionRequests.of(socket, this.#onCut).add(context);
    (request as Watched)[CONTEXT] = context;
    kind.active?.add(1);
    this.#open += 1;
    return context;
  }

  /** A request ends, once: whole, or for a reason. */
  end(context: RequestContext, socket: Duplex, status: number, failure: string | undefined): void {
    const { request } = context;
    if (request === undefined) return;
    try {
      this.#finish(context, request, socket, status, failure);
    } finally {
      context.clear();
      this.#open -= 1;
      if (!this.#isEnabled && this.#open === 0) unsubscribe(RESPONSE_FINISH, this.#onFinish);
    }
  }

  #finish(
    context: RequestContext,
    request: IncomingMessage,
    socket: Duplex,
    status: number,
    failure: string | undefined,
  ): void {
    const { span, kind } = context;
    const light = span instanceof LightSpan ? span : undefined;
    const route =
      httpRouteOf(request) ?? routeOfMetadata(context) ?? (light === undefined ? undefined : routeOnSpan(light));
    const outcome = kind.outcome(route ?? NO_ROUTE, status, failure);
    kind.active?.add(-1);
    if (light === undefined) outcome.duration?.record((this.#host.nowMillis() - context.startMillis) / 1000);
    else outcome.duration?.record(endSpan(light, outcome, kind.startName), light);
    if (this.#options.bodySizes === true) recordSizes(context, outcome, socket as Socket);
    ConnectionRequests.find(socket)?.remove(context);
  }

  readonly #onStart = (message: unknown): void => {
    try {
      const { request, response, socket } = message as ServerMessage;
      const context = this.begin(request, response, socket);
      if (context === undefined) {
        this.#host.contextManager.enter(SUPPRESSED);
        return;
      }
      if (this.#options.responseTimeHeaders === true) addResponseTimeHeaders(response, context, this.#host.nowMillis);
      if (this.#options.bodySizes === true) context.bytesBefore = socket.bytesWritten ?? 0;
      const { contextManager } = this.#host;
      bindLateBody(request, contextManager, context);
      contextManager.enter(context);
    } catch (error) {
      this.#host.warn(`http: a request is not recorded: ${String(error)}`);
    }
  };

  readonly #onFinish = (message: unknown): void => {
    try {
      const { request, response, socket } = message as ServerMessage;
      const context = (request as Watched)[CONTEXT];
      if (context !== undefined) this.end(context, socket, response.statusCode, undefined);
    } catch (error) {
      this.#host.warn(`http: the end of a request is not recorded: ${String(error)}`);
    }
  };

  readonly #onCut = (context: RequestContext, socket: Duplex): void => {
    try {
      const { response } = context;
      const status = response?.headersSent === true ? response.statusCode : NO_STATUS;
      this.end(context, socket, status, cutReason(socket, response));
    } catch (error) {
      this.#host.warn(`http: the end of a request is not recorded: ${String(error)}`);
    }
  };

  #isIgnored(request: IncomingMessage): boolean {
    const { ignoreIncoming } = this.#options;
    if (ignoreIncoming === undefined) return false;
    try {
      return ignoreIncoming(request) === true;
    } catch (error) {
      this.#host.warn(`http: ignoreIncoming threw: ${errorTypeOf(error)}`);
      return false;
    }
  }
}

/** Ends the span and returns how many seconds the request took. */
function endSpan(span: LightSpan, outcome: ServerOutcome, startName: string): number {
  // The application has ended it by itself: the request takes as long as it takes.
  if (span.hasEndTime) return Math.max(0, Date.now() / 1000 - span.startSeconds - span.startNanos / 1e9);
  applyOutcome(span, outcome, startName);
  span.end();
  return span.endSeconds - span.startSeconds + (span.endNanos - span.startNanos) / 1e9;
}

/** The application's own code, or an instrumentation of somebody else, may have set the route on the active span. */
function routeOnSpan({ attributes }: LightSpan): string | undefined {
  for (let index = 2; index < attributes.length; index += 2) {
    if (attributes[index] === HTTP_ROUTE) return textOf(attributes[index + 1]);
  }
  return undefined;
}

/** Other people's code writes it. */
const routeOfMetadata = ({ route }: RequestContext): string | undefined => textOf(route);

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function recordSizes(context: RequestContext, outcome: ServerOutcome, socket: Socket): void {
  const { request, response, bytesBefore, span, next } = context;
  if (request === undefined || response === undefined) return;
  const exemplar = span instanceof LightSpan ? span : undefined;
  const received = requestBodySize(request);
  if (received !== undefined) outcome.requestSize?.record(received, exemplar);
  const sent = responseBodySize(response, socket, bytesBefore);
  if (sent !== undefined) outcome.responseSize?.record(sent, exemplar);
  // It began while this one was being written.
  if (next !== undefined) next.bytesBefore = socket.bytesWritten ?? 0;
}
