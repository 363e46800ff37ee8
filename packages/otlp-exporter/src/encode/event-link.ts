import type { AttributeWriter } from './attributes.ts';
import type { EncodeLimits } from './encode-limits.ts';
import { writeHexId } from './hex-id.ts';
import { cutTraceState, type TimeWriter, uint32 } from './span-field.ts';
import { asText } from './span-head.ts';
import type { EventRecord, LinkRecord } from './span-record.ts';
import { FULL, REFUSED, type WireWriter } from './wire-writer.ts';

/** A dropped count with its tag. */
const COUNT_BYTES = 6;

/** Events and links of a span, each as a whole or not at all. */
export class EventLinkWriter {
  readonly #writer: WireWriter;
  readonly #attributes: AttributeWriter;
  readonly #times: TimeWriter;
  readonly #limits: EncodeLimits;

  constructor(writer: WireWriter, attributes: AttributeWriter, times: TimeWriter, limits: EncodeLimits) {
    this.#writer = writer;
    this.#attributes = attributes;
    this.#times = times;
    this.#limits = limits;
  }

  /** Returns the position after it, or FULL. */
  event(event: EventRecord, position: number, limitIsTarget: boolean): number {
    const writer = this.#writer;
    // An exception's stack makes most events longer than 127 bytes; guessing wrong costs a move.
    const reserved = event.attributes.length > 2 ? 2 : 1;
    const start = position + 1 + reserved;
    if (start + 9 > writer.limit) return FULL;
    writer.bytes[position] = 0x5a;
    writer.bytes[start] = 0x09;
    this.#times.write(writer.view, start + 1, event.seconds, event.nanos);
    let at = writer.textField(start + 9, 0x12, asText(event.name), this.#limits.nameLengthLimit);
    if (at === FULL) return FULL;
    at = this.#attributes.write(at, 0x1a, event.attributes, limitIsTarget);
    if (at === FULL || at + COUNT_BYTES > writer.limit) return FULL;
    at = uint32(writer, at, 0x20, event.droppedAttributesCount + this.#attributes.dropped);
    return writer.close(position + 1, at, reserved);
  }

  /** Returns the position after it, FULL, or REFUSED for ids that are none. */
  link(link: LinkRecord, position: number, limitIsTarget: boolean): number {
    const writer = this.#writer;
    const { bytes, view } = writer;
    if (position + 35 > writer.limit) return FULL;
    bytes[position] = 0x6a;
    bytes[position + 2] = 0x0a;
    bytes[position + 3] = 16;
    if (!writeHexId(bytes, position + 4, link.traceId, 16)) return REFUSED;
    bytes[position + 20] = 0x12;
    bytes[position + 21] = 8;
    if (!writeHexId(bytes, position + 22, link.spanId, 8)) return REFUSED;
    bytes[position + 30] = 0x35;
    view.setUint32(position + 31, link.flags, true);
    let at = position + 35;
    if (link.traceState) {
      const traceState = cutTraceState(link.traceState, this.#limits.traceStateLengthLimit);
      at = writer.textField(at, 0x1a, traceState, traceState.length);
      if (at === FULL) return FULL;
    }
    at = this.#attributes.write(at, 0x22, link.attributes, limitIsTarget);
    if (at === FULL || at + COUNT_BYTES > writer.limit) return FULL;
    at = uint32(writer, at, 0x28, link.droppedAttributesCount + this.#attributes.dropped);
    return writer.close(position + 1, at);
  }
}
