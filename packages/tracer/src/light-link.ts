import type { SpanContext, TraceState } from '@opentelemetry/api';
import type { LinkRecord } from '@vigil/otlp-exporter';
import { ANY_VALUE, attributeList } from './attribute-list.ts';
import type { LightSpan } from './light-span.ts';
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

/** Links one call can bring in. Bounds what an endless length would cost. */
const LINKS_A_CALL_MAXIMUM = 16_384;

export interface ReadLinks {
  readonly links: readonly LightLink[];
  /** Links that were too old to stay, and items that are no links. */
  readonly dropped: number;
  /** What was thrown last while reading, if anything was. */
  readonly problem: unknown;
}

/** Makes links of many, reading only those that can stay: the newest. Never throws. */
export function readLinks(source: unknown, limits: SpanLimits): ReadLinks {
  const links: LightLink[] = [];
  let dropped = 0;
  let problem: unknown;
  try {
    if (!Array.isArray(source)) throw new TypeError('links are not an array');
    const { length } = source;
    dropped = Math.max(0, length - Math.min(limits.linkCountLimit, LINKS_A_CALL_MAXIMUM));
    for (let index = dropped; index < length; index += 1) {
      try {
        links.push(lightLink(source[index], limits));
      } catch (error) {
        dropped += 1;
        problem = error;
      }
    }
  } catch (error) {
    problem = error;
  }
  return { links, dropped, problem };
}

/** Adds a link, the oldest making room for it. */
export function appendLink(span: LightSpan, link: LightLink): void {
  const { linkCountLimit } = span.origin.settings.spanLimits;
  if (linkCountLimit === 0) {
    span.droppedLinksCount += 1;
    return;
  }
  const links = span.links as LightLink[];
  // All spans without links share one empty list.
  if (links.length === 0) {
    span.links = [link];
    return;
  }
  links.push(link);
  if (links.length <= linkCountLimit) return;
  links.shift();
  span.droppedLinksCount += 1;
}

/** Spans of one trace share their tracestate, and so do all that a sampler began; by its contract it never changes. */
let lastTraceState: TraceState | undefined;
let lastText = '';

/** A tracestate as text, empty for none and for one that throws. Never throws. */
export function traceStateText(traceState: TraceState | undefined): string {
  if (traceState === undefined || traceState === null) return '';
  if (traceState === lastTraceState) return lastText;
  try {
    const text: unknown = traceState.serialize();
    lastText = typeof text === 'string' ? text : '';
    lastTraceState = traceState;
    return lastText;
  } catch {
    return '';
  }
}
