import { type Context, createContextKey, SpanKind } from '@opentelemetry/api';
import { LightContext, type LightTracer } from '@vigil/tracer';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import { ClientOperation } from './client-operation.ts';
import { ClientTargets, type TargetAddress } from './client-targets.ts';
import { ContextInjection, type SetHeader } from './context-injection.ts';
import { KNOWN_METHODS, OTHER_METHOD } from './known-methods.ts';
import { UnreadAnswers } from './unread-answers.ts';

/** The key that `suppressTracing` of `@opentelemetry/core` sets. */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** What a library says of a request that is to be sent. */
export interface OutgoingRequest {
  readonly method: string;
  /** Names the server among those of the library; the same text always has the same address. */
  readonly server: string;
  /** Scheme and host as they stand in a URL. */
  readonly origin: string;
  /** From the path on; or a whole URL, as proxies are asked. */
  readonly path: string;
  readonly addressOf: () => TargetAddress;
}

export interface ClientOptions {
  readonly knownMethods?: readonly string[] | undefined;
  readonly baggageHosts?: readonly string[] | undefined;
}

export interface ClientParts<Request> {
  readonly host: InstrumentationHost;
  readonly tracer: LightTracer | undefined;
  readonly options: ClientOptions;
  readonly setHeader: SetHeader<Request>;
  /** Called whenever the last request that was on its way has ended. */
  readonly onIdle: () => void;
}

/** Requests that this process sends, whatever library sends them: span, context in the headers, duration. */
export class ClientOperations<Request> {
  readonly #parts: ClientParts<Request>;
  readonly #targets: ClientTargets;
  readonly #injection: ContextInjection<Request>;
  readonly #unread: UnreadAnswers;
  readonly #knownMethods: ReadonlySet<string>;
  #open = 0;

  constructor(parts: ClientParts<Request>) {
    const { host, options, setHeader } = parts;
    this.#parts = parts;
    this.#targets = new ClientTargets(host.metrics);
    this.#injection = new ContextInjection(host.propagator, options.baggageHosts ?? [], setHeader);
    this.#knownMethods = new Set(options.knownMethods ?? KNOWN_METHODS);
    this.#unread = new UnreadAnswers(host.contextManager, host.nowMillis, () => this.#closed());
  }

  /** Requests on their way. */
  get open(): number {
    return this.#open;
  }

  /** Whether nothing is to be recorded in this context, such as what an exporter sends. */
  isSuppressed(context: Context): boolean {
    return context.getValue(SUPPRESS_TRACING) === true;
  }

  /** A request begins in `context`; its headers are written. */
  begin(request: Request, outgoing: OutgoingRequest, context: Context): ClientOperation {
    const { host, tracer } = this.#parts;
    const isKnown = this.#knownMethods.has(outgoing.method);
    const method = isKnown ? outgoing.method : OTHER_METHOD;
    const target =
      this.#targets.find(method, outgoing.server) ?? this.#targets.add(method, outgoing.server, outgoing.addressOf());
    const span = tracer?.startOperation(target.startName, SpanKind.CLIENT, context, [], target.constants);
    const operation = new ClientOperation(span, target, host.nowMillis(), {
      origin: outgoing.origin,
      path: outgoing.path,
      originalMethod: isKnown ? undefined : outgoing.method,
    });
    this.#open += 1;
    const carried = span === undefined ? context : new LightContext(span, context);
    try {
      this.#injection.inject(carried, request, target.address);
    } catch (error) {
      host.warn(`the trace context could not be written onto a request: ${String(error)}`);
    }
    return operation;
  }

  /** The head of its answer has come; the rest may, or nobody reads it. */
  answered(operation: ClientOperation, status: number, protocol: string | undefined): void {
    if (operation.isEnded || operation.status !== undefined) return;
    operation.answered(status, protocol, this.#parts.host.nowMillis());
    this.#unread.add(operation);
  }

  /** Twice is once. */
  end(operation: ClientOperation, errorType?: string): void {
    if (operation.isEnded) return;
    this.#unread.remove(operation);
    try {
      operation.end(this.#parts.host.nowMillis(), errorType);
    } finally {
      this.#closed();
    }
  }

  #closed(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#parts.onIdle();
  }
}
