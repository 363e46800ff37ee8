import type { EventRecord } from '@vigil/otlp-exporter';
import { attributeList, SIMPLE_VALUE } from './attribute-list.ts';
import { type Instant, toInstant } from './instant.ts';
import type { LightSpan } from './light-span.ts';
import type { SpanLimits } from './span-limits.ts';

/** An event at a time, with the attributes that are allowed. Never throws. */
export function lightEvent(name: unknown, at: Instant, attributes: unknown, limits: SpanLimits): EventRecord {
  const list = attributeList(
    attributes,
    limits.attributePerEventCountLimit,
    limits.attributeValueLengthLimit,
    SIMPLE_VALUE,
  );
  return {
    name: nameText(name),
    seconds: at.seconds,
    nanos: at.nanos,
    attributes: list.attributes,
    droppedAttributesCount: list.droppedAttributesCount,
  };
}

/** Adds an event to a recording span, the oldest making room for it. May throw what a hostile object throws. */
export function recordEvent(span: LightSpan, name: unknown, attributes: unknown, time: unknown): void {
  const { clock, spanLimits } = span.origin.settings;
  if (spanLimits.eventCountLimit === 0) {
    span.droppedEventsCount += 1;
    return;
  }
  const at: Instant = { seconds: 0, nanos: 0 };
  toInstant(at, time, span.anchor, clock.read());
  const event = lightEvent(name, at, attributes, spanLimits);
  const events = span.events as EventRecord[];
  // All spans without events share one empty list.
  if (events.length === 0) {
    span.events = [event];
    return;
  }
  events.push(event);
  if (events.length <= spanLimits.eventCountLimit) return;
  events.shift();
  span.droppedEventsCount += 1;
}

/** Names are strings; what is none becomes one, and what cannot become one is empty. Never throws. */
export function nameText(name: unknown): string {
  if (typeof name === 'string') return name;
  try {
    return String(name);
  } catch {
    return '';
  }
}
