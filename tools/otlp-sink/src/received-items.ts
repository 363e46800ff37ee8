import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { readIntakeV04, readIntakeV05 } from './datadog-intake.ts';
import { readJsonLogs, readJsonMetrics, readJsonSpans } from './otlp-json.ts';
import { readProtobufLogs, readProtobufMetrics, readProtobufSpans } from './otlp-protobuf.ts';
import type { ServiceNames } from './service-names.ts';
import type { SpanBatch } from './span-record.ts';

/** One request as it came over the wire. */
export interface ReceivedRequest {
  readonly path: string;
  readonly contentType: string;
  readonly contentEncoding: string;
  readonly body: Buffer;
}

function plainBody({ body, contentEncoding }: ReceivedRequest): Buffer {
  switch (contentEncoding) {
    case 'gzip':
      return gunzipSync(body);
    case 'deflate':
      return inflateSync(body);
    case 'zstd':
      return zstdDecompressSync(body);
    default:
      return body;
  }
}

/**
 * Adds the spans of a request to `spans`; returns what tells its metrics (name) or log records (text) apart. Other
 * requests hold nothing.
 *
 * @throws when the body is not what its path says.
 */
export function receivedItems(request: ReceivedRequest, spans: SpanBatch, services: ServiceNames): string[] {
  const isJson = request.contentType.startsWith('application/json');
  const signal = /\/(v1\/(?:traces|metrics|logs)|v0\.[45]\/traces)(?:\?|$)/.exec(request.path)?.[1];
  if (signal === undefined) return [];
  const body = plainBody(request);
  switch (signal) {
    case 'v1/traces':
      if (isJson) readJsonSpans(body, spans, services);
      else readProtobufSpans(body, spans, services);
      return [];
    case 'v1/metrics':
      return isJson ? readJsonMetrics(body) : readProtobufMetrics(body);
    case 'v1/logs':
      return isJson ? readJsonLogs(body) : readProtobufLogs(body);
    case 'v0.4/traces':
      readIntakeV04(body, spans, services);
      return [];
    default:
      readIntakeV05(body, spans, services);
      return [];
  }
}
