import { createTraceState, type Link } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import type { AttributePairs, LinkRecord, ResourceRecord, ScopeRecord, SpanRecord } from '../src/encode/span-record.ts';

/** The request that upstream's serializer makes of the same spans. */
export function upstreamRequest(
  spans: readonly SpanRecord[],
  resource: ResourceRecord,
  scope: ScopeRecord,
): Uint8Array {
  const bytes = upstreamSerializer(spans, resource, scope)();
  if (bytes === undefined) throw new Error('expected bytes from upstream, got undefined');
  return bytes;
}

/** Only the serializer's own work is in the function returned: the spans are there before. */
export function upstreamSerializer(
  spans: readonly SpanRecord[],
  resource: ResourceRecord,
  scope: ScopeRecord,
): () => Uint8Array | undefined {
  const shared = {
    // Not through the SDK's resource, which takes fewer types than the serializer writes.
    resource: { attributes: toObject(resource.attributes), schemaUrl: resource.schemaUrl } as ReadableSpan['resource'],
    instrumentationScope: { name: scope.name, version: scope.version, schemaUrl: scope.schemaUrl },
  };
  const readable = spans.map((span): ReadableSpan => ({ ...readableSpan(span), ...shared }));
  return () => ProtobufTraceSerializer.serializeRequest(readable);
}

/** A span as SDK 3 hands it to an exporter. */
export function readableSpan(span: SpanRecord): Omit<ReadableSpan, 'resource' | 'instrumentationScope'> {
  return {
    name: span.name,
    kind: span.kind - 1,
    spanContext: () => ({ ...context(span), traceFlags: span.flags & 255 }),
    ...(span.parentSpanId && {
      parentSpanContext: {
        traceId: span.traceId,
        spanId: span.parentSpanId,
        traceFlags: 1,
        isRemote: (span.flags & 0x200) !== 0,
      },
    }),
    startTime: [span.startSeconds, span.startNanos],
    endTime: [span.endSeconds, span.endNanos],
    status: { code: span.statusCode, message: span.statusMessage },
    attributes: toObject(span.attributes) as never,
    events: span.events.map(
      (event): TimedEvent => ({
        name: event.name,
        time: [event.seconds, event.nanos],
        attributes: toObject(event.attributes) as never,
        droppedAttributesCount: event.droppedAttributesCount,
      }),
    ),
    links: span.links.map(
      (link): Link => ({
        context: { ...context(link), traceFlags: link.flags & 255, isRemote: (link.flags & 0x200) !== 0 },
        attributes: toObject(link.attributes) as never,
        droppedAttributesCount: link.droppedAttributesCount,
      }),
    ),
    duration: [0, 0],
    ended: true,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}

function context({ traceId, spanId, traceState }: SpanRecord | LinkRecord) {
  return { traceId, spanId, ...(traceState && { traceState: createTraceState(traceState) }) };
}

function toObject(pairs: AttributePairs): object {
  const entries: [PropertyKey, unknown][] = [];
  for (let i = 0; i + 1 < pairs.length; i += 2) entries.push([pairs[i] as string, pairs[i + 1]]);
  return Object.fromEntries(entries);
}
