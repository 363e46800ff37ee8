import { AttributeWriter, LEAST_WASTE } from './attributes.ts';
import { type EncodeLimits, resolveEncodeLimits } from './encode-limits.ts';
import { DOES_NOT_FIT, ENCODE_ERROR, OVERSIZE } from './encode-outcome.ts';
import { EventLinkWriter } from './event-link.ts';
import { TimeWriter, uint32 } from './span-field.ts';
import { SpanHeadWriter } from './span-head.ts';
import type { SpanRecord } from './span-record.ts';
import { FULL, REFUSED, WireWriter } from './wire-writer.ts';

/** Three dropped counts (tag and up to five bytes each) come after everything that may be cut. */
const COUNTS_BYTES = 18;

/** Where a span has events or links, a quarter of it stays free of attributes: the exception matters more than the last attribute. */
const ATTRIBUTES_SHARE = 0.75;

/**
 * Writes ended spans as OTLP `Span` messages. Keeps keys, names, the last ids and a few short values of each key, in bounded caches;
 * nothing else of them.
 */
export interface SpanEncoder {
  /**
   * Writes one span into `target` from `start` on, never at or beyond `end`. Returns the offset after it, or `DOES_NOT_FIT`,
   * `OVERSIZE`, `ENCODE_ERROR` (all negative); what then stands in the target is garbage. A span may not fit although up to
   * 64 bytes more than it takes are there. `target` may be shared memory.
   * Never throws, and allocates nothing where no value is cut, nested or beyond ASCII.
   */
  encode(record: SpanRecord, target: Uint8Array, start: number, end: number): number;
}

/**
 * Makes an encoder with limits of its own; the defaults are in `EncodeLimits`.
 *
 * ```ts
 * import { createSpanEncoder, type SpanRecord } from '@vigil/otlp-exporter';
 *
 * const encoder = createSpanEncoder({ attributeValueLengthLimit: 2_048 });
 * const target = new Uint8Array(new SharedArrayBuffer(65_536));
 * export const encode = (span: SpanRecord): Uint8Array | undefined => {
 *   const end = encoder.encode(span, target, 0, target.length);
 *   return end < 0 ? undefined : target.slice(0, end);
 * };
 * ```
 *
 * @throws RangeError that names every limit out of its range.
 */
export function createSpanEncoder(limits?: Partial<EncodeLimits>): SpanEncoder {
  return new OtlpSpanEncoder(resolveEncodeLimits(limits));
}

class OtlpSpanEncoder implements SpanEncoder {
  readonly #spanBytes: number;
  readonly #attributeBytes: number;
  readonly #writer = new WireWriter();
  readonly #attributes: AttributeWriter;
  readonly #head: SpanHeadWriter;
  readonly #parts: EventLinkWriter;
  #busy = false;

  constructor(limits: EncodeLimits) {
    const times = new TimeWriter();
    this.#spanBytes = limits.spanBytes;
    this.#attributeBytes = Math.floor(limits.spanBytes * ATTRIBUTES_SHARE);
    this.#attributes = new AttributeWriter(this.#writer, limits);
    this.#head = new SpanHeadWriter(this.#writer, times, limits);
    this.#parts = new EventLinkWriter(this.#writer, this.#attributes, times, limits);
  }

  encode(record: SpanRecord, target: Uint8Array, start: number, end: number): number {
    // A getter of an attribute may end another span: writing that one here would destroy this one.
    if (this.#busy) return ENCODE_ERROR;
    this.#busy = true;
    try {
      return this.#span(record, target, start, end);
    } catch {
      // Attributes guard themselves: only a record that is none gets here, and its loss is counted under this reason.
      return ENCODE_ERROR;
    } finally {
      this.#busy = false;
    }
  }

  #span(record: SpanRecord, target: Uint8Array, start: number, end: number): number {
    const writer = this.#writer;
    writer.aim(target);
    const spanEnd = start + this.#spanBytes;
    const last = Math.min(spanEnd, end, target.length);
    const limitIsTarget = last < spanEnd;
    writer.limit = last - COUNTS_BYTES;
    let at = this.#head.write(record, start);
    if (at === REFUSED) return ENCODE_ERROR;
    if (at === FULL) return limitIsTarget ? DOES_NOT_FIT : OVERSIZE;

    const attributes = this.#attributes;
    const hasMore = record.events.length > 0 || record.links.length > 0;
    const attributesEnd = hasMore ? start + this.#attributeBytes : spanEnd - COUNTS_BYTES;
    writer.limit = Math.min(attributesEnd, last - COUNTS_BYTES);
    attributes.wasted = 0;
    let dropped = record.droppedAttributesCount;
    if (record.constants !== undefined) {
      at = attributes.writeConstants(at, 0x4a, record.constants, writer.limit < attributesEnd);
      if (at === FULL) return DOES_NOT_FIT;
      dropped += attributes.dropped;
    }
    at = attributes.write(at, 0x4a, record.attributes, writer.limit < attributesEnd);
    if (at === FULL) return DOES_NOT_FIT;
    dropped += attributes.dropped;

    writer.limit = last - COUNTS_BYTES;
    if (hasMore) {
      at = this.#eventsAndLinks(record, at, limitIsTarget);
      if (at === FULL) return DOES_NOT_FIT;
    } else {
      at = uint32(writer, at, 0x60, record.droppedEventsCount);
      at = uint32(writer, at, 0x70, record.droppedLinksCount);
    }
    return uint32(writer, at, 0x50, dropped);
  }

  /** Their dropped counts come last: behind the limit there is room for them. */
  #eventsAndLinks(record: SpanRecord, position: number, limitIsTarget: boolean): number {
    let at = position;
    let droppedEvents = record.droppedEventsCount;
    this.#attributes.wasted = 0;
    for (const event of record.events) {
      const next = this.#attributes.exhausted ? REFUSED : this.#parts.event(event, at, limitIsTarget);
      if (next > 0) at = next;
      else if (next === FULL && limitIsTarget) return FULL;
      else droppedEvents += this.#waste(at);
    }
    let droppedLinks = record.droppedLinksCount;
    this.#attributes.wasted = 0;
    for (const link of record.links) {
      const next = this.#attributes.exhausted ? REFUSED : this.#parts.link(link, at, limitIsTarget);
      if (next > 0) at = next;
      else if (next === FULL && limitIsTarget) return FULL;
      else droppedLinks += this.#waste(at);
    }
    at = uint32(this.#writer, at, 0x60, droppedEvents);
    return uint32(this.#writer, at, 0x70, droppedLinks);
  }

  /** One event or link is left out; what was spent on it counts. */
  #waste(position: number): 1 {
    this.#attributes.wasted += Math.max(LEAST_WASTE, this.#writer.reached - position);
    return 1;
  }
}
