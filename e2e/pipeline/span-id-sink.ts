import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { decodeExportRequest } from '../collector/otlp-schema.ts';
import { portOf } from '../collector/otlp-sink.ts';

/** Stands for the trace store: keeps which spans came, and nothing else of them. */
export interface SpanIdSink {
  readonly url: string;
  /** Every span of this instrumentation scope that came, once. */
  spansOf(scope: string): ReadonlySet<string>;
  /** How often spans came that were there already. */
  readonly duplicates: number;
  close(): Promise<void>;
}

interface TracesRequest {
  readonly resourceSpans?: readonly {
    readonly scopeSpans?: readonly {
      readonly scope?: { readonly name?: string };
      readonly spans?: readonly { readonly traceId?: string; readonly spanId?: string }[];
    }[];
  }[];
}

/** Starts a sink on a free port. */
export async function startSpanIdSink(): Promise<SpanIdSink> {
  const scopes = new Map<string, Set<string>>();
  let duplicates = 0;

  function take(request: TracesRequest): void {
    for (const { scope, spans = [] } of (request.resourceSpans ?? []).flatMap(({ scopeSpans = [] }) => scopeSpans)) {
      const name = scope?.name ?? '';
      const known = scopes.get(name) ?? new Set();
      scopes.set(name, known);
      for (const { traceId, spanId } of spans) {
        const id = `${traceId}-${spanId}`;
        if (known.has(id)) duplicates += 1;
        known.add(id);
      }
    }
  }

  const server = createServer((request, response) => {
    void buffer(request).then((raw) => {
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      if (request.url?.endsWith('/v1/traces')) take(decodeExportRequest('traces', body));
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    spansOf: (scope) => scopes.get(scope) ?? new Set(),
    get duplicates() {
      return duplicates;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
