import type { Sink } from '@vigil-internal/otlp-sink';
import type { RowContext } from '../row.ts';

/** The way from an application to its sink. */
export interface Route {
  /** What the application is told: `OTEL_EXPORTER_OTLP_ENDPOINT`, `DD_TRACE_AGENT_URL`. */
  readonly url: string;
  /** More environment for the application: certificates, resolvers. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Goes in front of `node`: enters a namespace or a control group. */
  readonly command?: readonly string[];
  /** Where the application listens, for the load to reach it. Default: 127.0.0.1. */
  readonly host?: string;
  close(): Promise<void>;
}

/** Opens the way of one application to its sink; both applications of a row get one, so that both pay for it. */
export type OpenRoute<Way extends Route = Route> = (sink: Sink, context: RowContext) => Promise<Way>;

/** Who takes the telemetry of one application. */
export interface Backend<Way extends Route = Route> {
  /** Keeps what came. Its behaviour can be changed, its memory is the oracle. */
  readonly sink: Sink;
  readonly route: Way;
}

/** Nothing between application and sink. */
export const direct: OpenRoute = async (sink) => ({ url: sink.url, close: async () => undefined });
