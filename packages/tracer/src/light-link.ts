import type { SpanContext, TraceState } from '@opentelemetry/api';
import type { LinkRecord } from '@vigil/otlp-exporter';
import { ANY_VALUE, attributeList } from './attribute-list.ts';
import type { SpanLimits } from './span-limits.ts';

/** OTLP `Span.flags`: whether the parent, or the linked span, is remote is known … */
export const FLAG_IS_REMOTE_KNOWN = 0x100;
/** … and it is. */
export const FLAG_IS_REMOTE = 0x200;

/** A link as the encoder reads it; keeps the context it was made of for readers of the SDK's shape. */
export interface LightLink extends LinkRecord {
  readonly context: SpanContext;
}

/** A link with the attributes that are allowed. May throw what a hostile link throws; one without a context throws too. */
export function lightLink(link: { context: SpanContext; attributes?: unknown }, limits: SpanLimits): LightLink {
  const { context } = link;
  const list = attributeList(
    link.attributes,
    limits.attributePerLinkCountLimit,
    limits.attributeValueLengthLimit,
    ANY_VALUE,
  );
  return {
    context,
    traceId: String(context.traceId),
    spanId: String(context.spanId),
    traceState: traceStateText(context.traceState),
    flags: (context.traceFlags & 0xff) | FLAG_IS_REMOTE_KNOWN | (context.isRemote ? FLAG_IS_REMOTE : 0),
    attributes: list.attributes,
    droppedAttributesCount: list.droppedAttributesCount,
  };
}

/** A tracestate as text, empty for none and for one that throws. Never throws. */
export function traceStateText(traceState: TraceState | undefined): string {
  if (traceState === undefined || traceState === null) return '';
  try {
    const text: unknown = traceState.serialize();
    return typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}
