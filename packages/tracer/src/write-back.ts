import type { EventRecord } from '@vigil/otlp-exporter';
import { ANY_VALUE, allAttributes, attributeList } from './attribute-list.ts';
import { type Instant, toInstant } from './instant.ts';
import { lightEvent } from './light-event.ts';
import { type LightLink, lightLink } from './light-link.ts';
import type { LightSpan } from './light-span.ts';
import type { ReadableLightSpan } from './readable-light-span.ts';
import type { SpanLimits } from './span-limits.ts';

/**
 * Takes what foreign processors made of a span's attributes, events and links into the span itself, so that a processor that
 * redacts is obeyed by ours as well. May throw what hostile objects throw; the span is then left as it was.
 */
export function writeBack(span: LightSpan, view: ReadableLightSpan): void {
  const { attributes, events, links } = view.handedOut();
  const limits = span.origin.settings.spanLimits;
  if (attributes !== undefined && differs(allAttributes(span), attributes)) {
    const list = attributeList(attributes, Number.POSITIVE_INFINITY, limits.attributeValueLengthLimit, ANY_VALUE);
    span.constants = undefined;
    span.attributes.splice(0, span.attributes.length, ...list.attributes);
  }
  if (Array.isArray(events) && span.events.length + events.length > 0) {
    span.events = events.map((event) => eventRecord(event, span, limits));
  }
  if (Array.isArray(links) && span.links.length + links.length > 0) {
    span.links = links.map((link): LightLink => ({ ...lightLink(link, limits), ...dropped(link) }));
  }
}

/** Whether an attributes object still says what the list says. */
function differs(list: readonly unknown[], attributes: unknown): boolean {
  if (typeof attributes !== 'object' || attributes === null) return true;
  const keys = Object.keys(attributes);
  if (keys.length * 2 !== list.length) return true;
  for (let index = 0; index < list.length; index += 2) {
    if (keys[index / 2] !== list[index]) return true;
    const value = (attributes as Record<string, unknown>)[list[index] as string];
    // An array or object may have been changed in place: then both have, as they are one.
    if (!Object.is(value, list[index + 1])) return true;
  }
  return false;
}

function eventRecord(
  event: Record<'time' | 'name' | 'attributes', unknown> & { droppedAttributesCount?: unknown },
  span: LightSpan,
  limits: SpanLimits,
): EventRecord {
  const at: Instant = { seconds: 0, nanos: 0 };
  toInstant(at, event.time, span.anchor, span.origin.settings.clock.read());
  return { ...lightEvent(event.name, at, event.attributes, limits), ...dropped(event) };
}

function dropped(item: { droppedAttributesCount?: unknown }): { droppedAttributesCount: number } {
  return { droppedAttributesCount: Number(item.droppedAttributesCount ?? 0) };
}
