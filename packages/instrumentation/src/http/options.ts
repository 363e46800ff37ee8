import type { ClientRequest, IncomingMessage } from 'node:http';

export interface HttpOptions {
  /** Requests to the servers of this process. Default true. */
  readonly server?: boolean | undefined;
  /** Requests that this process sends by `http` and `https`. Default true. */
  readonly client?: boolean | undefined;
  /** True for a request that makes no span and no metric, nor does anything below it make a span. Default: none. What it throws is false. */
  readonly ignoreIncoming?: ((request: IncomingMessage) => boolean) | undefined;
  /** The same for a request that this process sends; its headers stay as they are too. Default: none. */
  readonly ignoreOutgoing?: ((request: ClientRequest) => boolean) | undefined;
  /**
   * Methods that are written down by name; others become `_OTHER`. Replaces the default: those of RFC 9110, PATCH, QUERY.
   * `OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS` of the convention.
   */
  readonly knownMethods?: readonly string[] | undefined;
  /** Records `http.server.request.body.size` and `http.server.response.body.size`, at about 0.3 µs a request. Default false. */
  readonly bodySizes?: boolean | undefined;
  /**
   * Hosts that may be told the baggage of a request: `orders.internal`, `.internal` for all below it, `*` for all. Default: none,
   * because baggage may say who the customer is. The trace context goes to all hosts.
   */
  readonly baggageHosts?: readonly string[] | undefined;
  /**
   * For development: answers carry `Server-Timing` (duration and trace) and `X-Response-Time`. Default false: it tells everybody how
   * long the service takes.
   */
  readonly responseTimeHeaders?: boolean | undefined;
}
