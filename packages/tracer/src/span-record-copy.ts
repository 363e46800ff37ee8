import type { SpanRecord } from '@vigil/otlp-exporter';
import { allAttributes } from './attribute-list.ts';

/** A copy of a span's record without anything else. */
export function spanRecord(span: SpanRecord): SpanRecord {
  const { traceId, spanId, parentSpanId, traceState, flags, name, kind, startSeconds, startNanos, endSeconds } = span;
  const { endNanos, droppedAttributesCount, events, droppedEventsCount, links, droppedLinksCount } = span;
  const { statusCode, statusMessage } = span;
  return {
    traceId,
    spanId,
    parentSpanId,
    traceState,
    flags,
    name,
    kind,
    startSeconds,
    startNanos,
    endSeconds,
    endNanos,
    attributes: allAttributes(span),
    droppedAttributesCount,
    events,
    droppedEventsCount,
    links,
    droppedLinksCount,
    statusCode,
    statusMessage,
  };
}
