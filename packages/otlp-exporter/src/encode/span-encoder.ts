import { AttributeWriter, LEAST_WASTE } from './attributes.ts';
import { type EncodeLimits, resolveEncodeLimits } from './encode-limits.ts';
import { DOES_NOT_FIT, ENCODE_ERROR, OVERSIZE } from './encode-outcome.ts';
import { writeHexId } from './hex-id.ts';
import { cutTraceState, fixed32, fixed64Nanos, uint32 } from './span-field.ts';
import type { EventRecord, LinkRecord, SpanRecord } from './span-record.ts';
import { FULL, REFUSED, WireWriter } from './wire-writer.ts';

/** Three dropped counts (tag and up to five bytes each) come after everything that may be cut. */
const COUNTS_BYTES = 18;

/** Both ids, parent, flags, kind, two times: never more than this. */
const FIXED_BYTES = 64;

/** Where a span has events or links, a quarter of it stays free of attributes: the exception matters more than the last attribute. */
const ATTRIBUTES_SHARE = 0.75;

/** Writes ended spans as OTLP `Span` messages. Keeps nothing of a span. */
export interface SpanEncoder {
  /**
   * Writes one span into `target` from `start` on, never at or beyond `end`. Returns the offset after it, or `DOES_NOT_FIT`,
   * `OVERSIZE`, `ENCODE_ERROR` (all negative); what then stands in the target is garbage. A span may not fit although up to
   * 64 bytes more than it takes are there. `target` may be shared memory.
   * Never throws, and allocates nothing for a span of short values.
   */
  encode(record: SpanRecord, target: Uint8Array, start: number, end: number): number;
}

/**
 * Makes an encoder with limits of its own; the defaults are in `EncodeLimits`.
 *
 * @throws RangeError that names every limit out of its range.
 */
export function createSpanEncoder(limits?: Partial<EncodeLimits>): SpanEncoder {
  return new OtlpSpanEncoder(resolveEncodeLimits(limits));
}

class OtlpSpanEncoder implements SpanEncoder {
  readonly #limits: EncodeLimits;
  readonly #writer = new WireWriter();
  readonly #attributes: AttributeWriter;
  #busy = false;

  constructor(limits: EncodeLimits) {
    this.#limits = limits;
    this.#attributes = new AttributeWriter(this.#writer, limits);
  }

  encode(record: SpanRecord, target: Uint8Array, start: number, end: number): number {
    // A getter of an attribute may end another span: writing that one here would destroy this one.
    if (this.#busy) return ENCODE_ERROR;
    this.#busy = true;
    try {
      return this.#span(record, target, start, end);
    } catch {
      // Attributes guard themselves: only a record that is not one can get here, and it cannot be told apart from a defect.
      return ENCODE_ERROR;
    } finally {
      this.#busy = false;
    }
  }

  #span(record: SpanRecord, target: Uint8Array, start: number, end: number): number {
    const writer = this.#writer;
    writer.aim(target);
    const spanEnd = start + this.#limits.spanBytes;
    const last = Math.min(spanEnd, end, target.length);
    const limitIsTarget = last < spanEnd;
    writer.limit = last - COUNTS_BYTES;
    let at = this.#fixedPart(record, start);
    if (at === REFUSED) return ENCODE_ERROR;
    if (at === FULL) return limitIsTarget ? DOES_NOT_FIT : OVERSIZE;

    const attributes = this.#attributes;
    const hasMore = record.events.length > 0 || record.links.length > 0;
    const attributesEnd = hasMore
      ? start + Math.floor(this.#limits.spanBytes * ATTRIBUTES_SHARE)
      : spanEnd - COUNTS_BYTES;
    writer.limit = Math.min(attributesEnd, last - COUNTS_BYTES);
    attributes.wasted = 0;
    at = attributes.write(at, 0x4a, record.attributes, writer.limit < attributesEnd);
    if (at === FULL) return DOES_NOT_FIT;
    const droppedAttributes = record.droppedAttributesCount + attributes.dropped;

    writer.limit = last - COUNTS_BYTES;
    let droppedEvents = record.droppedEventsCount;
    let droppedLinks = record.droppedLinksCount;
    if (hasMore) {
      attributes.wasted = 0;
      for (const event of record.events) {
        const next = this.#exhausted() ? REFUSED : this.#event(event, at, limitIsTarget);
        if (next > 0) at = next;
        else if (next === FULL && limitIsTarget) return DOES_NOT_FIT;
        else droppedEvents += this.#waste(at);
      }
      attributes.wasted = 0;
      for (const link of record.links) {
        const next = this.#exhausted() ? REFUSED : this.#link(link, at, limitIsTarget);
        if (next > 0) at = next;
        else if (next === FULL && limitIsTarget) return DOES_NOT_FIT;
        else droppedLinks += this.#waste(at);
      }
    }
    at = uint32(writer, at, 0x50, droppedAttributes);
    at = uint32(writer, at, 0x60, droppedEvents);
    return uint32(writer, at, 0x70, droppedLinks);
  }

  /** One event or link is left out; what was spent on it counts. */
  #waste(position: number): 1 {
    this.#attributes.wasted += Math.max(LEAST_WASTE, this.#writer.reached - position);
    return 1;
  }

  #exhausted(): boolean {
    return this.#attributes.wasted > this.#limits.spanBytes;
  }

  /** Everything that is never cut away: returns the position, FULL, or REFUSED for ids that are none. */
  #fixedPart(record: SpanRecord, start: number): number {
    const writer = this.#writer;
    const { bytes, limit } = writer;
    if (start + FIXED_BYTES > limit) return FULL;
    bytes[start] = 0x0a;
    bytes[start + 1] = 16;
    if (!writeHexId(bytes, start + 2, record.traceId, 16)) return REFUSED;
    bytes[start + 18] = 0x12;
    bytes[start + 19] = 8;
    if (!writeHexId(bytes, start + 20, record.spanId, 8)) return REFUSED;
    let at = start + 28;
    if (record.parentSpanId && writeHexId(bytes, at + 2, record.parentSpanId, 8)) {
      bytes[at] = 0x22;
      bytes[at + 1] = 8;
      at += 10;
    }
    const flags = record.flags;
    if (flags !== 0) {
      bytes[at] = 0x85;
      bytes[at + 1] = 0x01;
      at = fixed32(bytes, at + 2, flags);
    }
    const kind = record.kind;
    if (kind >= 1 && kind <= 5) {
      bytes[at] = 0x30;
      bytes[at + 1] = kind;
      at += 2;
    }
    bytes[at] = 0x39;
    at = fixed64Nanos(bytes, at + 1, record.startSeconds, record.startNanos);
    bytes[at] = 0x41;
    at = fixed64Nanos(bytes, at + 1, record.endSeconds, record.endNanos);
    at = this.#text(at, 0x2a, record.name, this.#limits.nameLengthLimit);
    if (at === FULL) return FULL;
    if (record.traceState) {
      const traceState = cutTraceState(record.traceState, this.#limits.traceStateLengthLimit);
      at = writer.textField(at, 0x1a, traceState, traceState.length);
      if (at === FULL) return FULL;
    }
    return this.#status(record, at);
  }

  #status(record: SpanRecord, position: number): number {
    const writer = this.#writer;
    if (position + 4 > writer.limit) return FULL;
    writer.bytes[position] = 0x7a;
    let at = position + 2;
    const code = record.statusCode;
    if (code === 1 || code === 2) {
      writer.bytes[at] = 0x18;
      writer.bytes[at + 1] = code;
      at += 2;
    }
    if (record.statusMessage) {
      at = this.#text(at, 0x12, record.statusMessage, this.#limits.statusMessageLengthLimit);
      if (at === FULL) return FULL;
    }
    return writer.close(position + 1, at);
  }

  #event(event: EventRecord, position: number, limitIsTarget: boolean): number {
    const writer = this.#writer;
    if (position + 11 > writer.limit) return FULL;
    writer.bytes[position] = 0x5a;
    writer.bytes[position + 2] = 0x09;
    let at = fixed64Nanos(writer.bytes, position + 3, event.seconds, event.nanos);
    at = this.#text(at, 0x12, event.name, this.#limits.nameLengthLimit);
    if (at === FULL) return FULL;
    at = this.#attributes.write(at, 0x1a, event.attributes, limitIsTarget);
    if (at === FULL || at + 6 > writer.limit) return FULL;
    at = uint32(writer, at, 0x20, event.droppedAttributesCount + this.#attributes.dropped);
    return writer.close(position + 1, at);
  }

  #link(link: LinkRecord, position: number, limitIsTarget: boolean): number {
    const writer = this.#writer;
    const bytes = writer.bytes;
    if (position + 35 > writer.limit) return FULL;
    bytes[position] = 0x6a;
    bytes[position + 2] = 0x0a;
    bytes[position + 3] = 16;
    if (!writeHexId(bytes, position + 4, link.traceId, 16)) return REFUSED;
    bytes[position + 20] = 0x12;
    bytes[position + 21] = 8;
    if (!writeHexId(bytes, position + 22, link.spanId, 8)) return REFUSED;
    bytes[position + 30] = 0x35;
    let at = fixed32(bytes, position + 31, link.flags);
    if (link.traceState) {
      const traceState = cutTraceState(link.traceState, this.#limits.traceStateLengthLimit);
      at = writer.textField(at, 0x1a, traceState, traceState.length);
      if (at === FULL) return FULL;
    }
    at = this.#attributes.write(at, 0x22, link.attributes, limitIsTarget);
    if (at === FULL || at + 6 > writer.limit) return FULL;
    at = uint32(writer, at, 0x28, link.droppedAttributesCount + this.#attributes.dropped);
    return writer.close(position + 1, at);
  }

  #text(position: number, tag: number, text: string, mostUnits: number): number {
    return this.#writer.textField(position, tag, typeof text === 'string' ? text : '', mostUnits);
  }
}
