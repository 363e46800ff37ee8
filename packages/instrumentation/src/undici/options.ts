/** A request as undici hands it out, before it is sent. */
export interface UndiciRequest {
  readonly origin?: string | URL | undefined;
  readonly path: string;
  readonly method: string;
}

export interface UndiciOptions {
  /** True for a request that makes no span and no metric; its headers stay as they are too. Default: none. What it throws is false. */
  readonly ignoreRequest?: ((request: UndiciRequest) => boolean) | undefined;
  /** Methods that are written down by name; others become `_OTHER`. Replaces the default: those of RFC 9110, PATCH, QUERY. */
  readonly knownMethods?: readonly string[] | undefined;
  /** Hosts that may be told the baggage of a request: `orders.internal`, `.internal` for all below it, `*` for all. Default: none. */
  readonly baggageHosts?: readonly string[] | undefined;
}
