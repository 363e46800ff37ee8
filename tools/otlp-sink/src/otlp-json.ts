import type { ServiceNames } from './service-names.ts';
import { hashOf, type SpanBatch } from './span-record.ts';

interface JsonAttribute {
  readonly key?: string;
  readonly value?: { readonly stringValue?: string };
}

interface JsonItem {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly name?: string;
  readonly body?: { readonly stringValue?: string };
}

interface JsonScope {
  readonly spans?: readonly JsonItem[];
  readonly metrics?: readonly JsonItem[];
  readonly logRecords?: readonly JsonItem[];
}

interface JsonResource {
  readonly resource?: { readonly attributes?: readonly JsonAttribute[] };
  readonly scopeSpans?: readonly JsonScope[];
  readonly scopeMetrics?: readonly JsonScope[];
  readonly scopeLogs?: readonly JsonScope[];
}

interface JsonRequest {
  readonly resourceSpans?: readonly JsonResource[];
  readonly resourceMetrics?: readonly JsonResource[];
  readonly resourceLogs?: readonly JsonResource[];
}

const requestOf = (body: Uint8Array): JsonRequest => JSON.parse(Buffer.from(body).toString()) as JsonRequest;

/** Adds the spans of a trace request in OTLP's JSON. @throws when the body is no such request. */
export function readJsonSpans(body: Uint8Array, spans: SpanBatch, services: ServiceNames): void {
  for (const { resource, scopeSpans = [] } of requestOf(body).resourceSpans ?? []) {
    const name = resource?.attributes?.find(({ key }) => key === 'service.name')?.value?.stringValue ?? '';
    const service = services.numberOf(name);
    for (const span of scopeSpans.flatMap(({ spans: some = [] }) => some)) {
      const ids = Buffer.from(`${span.traceId}${span.spanId}`, 'hex');
      if (ids.length !== 24) throw new Error('a span without a whole trace id and span id');
      const text = Buffer.from(JSON.stringify(span));
      spans.add(ids, { traceId: 0, spanId: 16, hash: hashOf(text, 0, text.length), service });
    }
  }
}

/** Names of the metrics in a request in OTLP's JSON. @throws when the body is no JSON. */
export function readJsonMetrics(body: Uint8Array): string[] {
  const scopes = (requestOf(body).resourceMetrics ?? []).flatMap(({ scopeMetrics = [] }) => scopeMetrics);
  return scopes.flatMap(({ metrics = [] }) => metrics).map(({ name = '' }) => name);
}

/** Texts of the log records in a request in OTLP's JSON. @throws when the body is no JSON. */
export function readJsonLogs(body: Uint8Array): string[] {
  const scopes = (requestOf(body).resourceLogs ?? []).flatMap(({ scopeLogs = [] }) => scopeLogs);
  return scopes.flatMap(({ logRecords = [] }) => logRecords).map(({ body: text }) => text?.stringValue ?? '');
}
