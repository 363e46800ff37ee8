import type { SpanRecord } from '@vigil/otlp-exporter';

/** A copy of a span's record without anything else. */
export function spanRecord(span: SpanRecord): SpanRecord {
  const { traceId, spanId, parentSpanId, traceState, flags, name, kind, startSeconds, startNanos, endSeconds } = span;
  const {
    endNanos,
    attributes,
    constants,
    droppedAttributesCount,
    events,
    droppedEventsCount,
    links,
    droppedLinksCount,
  } = span;
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
    attributes: constants === undefined ? attributes : [...constants.pairs, ...attributes],
    droppedAttributesCount,
    events,
    droppedEventsCount,
    links,
    droppedLinksCount,
    statusCode,
    statusMessage,
  };
}
