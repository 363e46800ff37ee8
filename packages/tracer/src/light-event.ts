import type { EventRecord } from '@vigil/otlp-exporter';
import { attributeList, SIMPLE_VALUE } from './attribute-list.ts';
import type { Instant } from './instant.ts';
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

/** Names are strings; what is none becomes one, and what cannot become one is empty. Never throws. */
export function nameText(name: unknown): string {
  if (typeof name === 'string') return name;
  try {
    return String(name);
  } catch {
    return '';
  }
}
