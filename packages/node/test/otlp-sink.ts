import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decode, type Message, REQUESTS } from './otlp-decode.ts';

type Attributes = Readonly<Record<string, unknown>>;

export interface ReceivedSpan {
  readonly name: string;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes?: Attributes;
  readonly resource: Attributes;
  readonly scope: string;
}

export interface ReceivedMetric {
  readonly name: string;
  readonly unit: string;
  readonly data: {
    readonly temporality?: number;
    readonly points: readonly {
      readonly attributes?: Attributes;
      readonly count?: number;
      readonly explicitBounds?: number[];
      readonly exemplars?: readonly { readonly value: number; readonly traceId: string; readonly spanId: string }[];
    }[];
  };
  readonly resource: Attributes;
  readonly scope: string;
}

export interface ReceivedLog {
  readonly body?: { readonly value: unknown };
  readonly severityText: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly resource: Attributes;
}

/** A collector for tests: answers OTLP http/protobuf as told and keeps what it received. */
export interface OtlpSink {
  readonly url: string;
  readonly port: number;
  readonly spans: ReceivedSpan[];
  readonly metrics: ReceivedMetric[];
  readonly logs: ReceivedLog[];
  /** Path and headers of every request. */
  readonly requests: { readonly path: string; readonly headers: NodeJS.Dict<string | string[]> }[];
  close(): Promise<void>;
}

/** `hangs`: takes the request and never answers. Otherwise answers with these status codes in turn, then with 200. */
export interface SinkBehaviour {
  readonly hangs?: boolean;
  readonly statusCodes?: readonly number[];
}

export async function startOtlpSink({ hangs = false, statusCodes = [] }: SinkBehaviour = {}): Promise<OtlpSink> {
  const received: { [path: string]: unknown[] } = { '/v1/traces': [], '/v1/metrics': [], '/v1/logs': [] };
  const requests: OtlpSink['requests'] = [];
  const answers = [...statusCodes];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      requests.push({ path, headers: request.headers });
      if (hangs) return;
      const statusCode = answers.shift() ?? 200;
      const schema = REQUESTS[path];
      if (statusCode === 200 && schema !== undefined) {
        const body = Buffer.concat(chunks);
        const message = decode(schema, request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
        received[path]?.push(...flatten(message));
      }
      response.writeHead(statusCode, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    spans: received['/v1/traces'] as ReceivedSpan[],
    metrics: received['/v1/metrics'] as ReceivedMetric[],
    logs: received['/v1/logs'] as ReceivedLog[],
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function flatten(message: Message): Message[] {
  const { resources = [] } = message as {
    resources?: { resource?: Message; scopes?: { scope?: Message; items?: Message[] }[] }[];
  };
  return resources.flatMap(({ resource, scopes = [] }) =>
    scopes.flatMap(({ scope, items = [] }) =>
      items.map((item) => ({ ...item, resource: resource?.attributes ?? {}, scope: scope?.name ?? '' })),
    ),
  );
}
