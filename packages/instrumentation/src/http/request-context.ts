import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Context, createContextKey, type Span } from '@opentelemetry/api';
import { LightContext, type SpanDetails } from '@vigil/tracer';
import { describeRequest } from './request-details.ts';
import type { RequestKind } from './server-outcomes.ts';

/** The key of `getRPCMetadata` and `setRPCMetadata` of `@opentelemetry/core`; keys of the API are found by their text. */
const RPC_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');
const SPAN = createContextKey('OpenTelemetry Context Key SPAN');

/**
 * One request in one object, because each object costs: the context of what runs for it, the RPC metadata in that context (other
 * people's instrumentations write its `route`), what is left to describe, and where the request stands among those of its connection.
 */
export class RequestContext extends LightContext implements SpanDetails {
  /** RPC metadata: the pattern that an instrumentation of a framework found. */
  declare route: string | undefined;
  declare readonly kind: RequestKind;
  /** Both until the end: sockets and timers may hold a context for long. */
  declare request: IncomingMessage | undefined;
  declare response: ServerResponse | undefined;
  /** Monotonic; for requests without a recording span, whose times would be used otherwise. */
  declare startMillis: number;
  /** Bytes that the connection had written before; for sizes. */
  declare bytesBefore: number;
  /** The next request of the connection. */
  declare next: RequestContext | undefined;

  /** Nothing but assignments: only a short constructor becomes a part of its caller. */
  constructor(
    span: Span | undefined,
    outer: Context,
    kind: RequestKind,
    request: IncomingMessage,
    response: ServerResponse | undefined,
  ) {
    super(span, outer);
    this.route = undefined;
    this.kind = kind;
    this.request = request;
    this.response = response;
    this.startMillis = 0;
    this.bytesBefore = 0;
    this.next = undefined;
  }

  /** RPC metadata: `RPCType.HTTP`. */
  get type(): 'http' {
    return 'http';
  }

  override getValue(key: symbol): unknown {
    return key === RPC_METADATA ? this : super.getValue(key);
  }

  override setValue(key: symbol, value: unknown): Context {
    if (key === SPAN) return new LightContext(value as Span | undefined, this);
    return flat(this).setValue(key, value);
  }

  override deleteValue(key: symbol): Context {
    return flat(this).deleteValue(key);
  }

  describe(attributes: unknown[]): void {
    if (this.request !== undefined) describeRequest(attributes, this.request, this.kind.method);
  }

  /** Lets go of the request. */
  clear(): void {
    this.request = undefined;
    this.response = undefined;
  }
}

/** The same values without the object in front: layer on layer would grow with each value that is set. */
function flat(context: RequestContext): LightContext {
  return new LightContext(context.span, context.outer.setValue(RPC_METADATA, context));
}
