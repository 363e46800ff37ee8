import type { EncodeLimits } from './encode-limits.ts';
import { RepeatedId, writeHexId } from './hex-id.ts';
import { NameCache } from './name-cache.ts';
import { cutTraceState, type TimeWriter } from './span-field.ts';
import type { SpanRecord } from './span-record.ts';
import { FULL, REFUSED, type WireWriter } from './wire-writer.ts';

/** Three ids, flags, kind and two times with their tags: never more than this. */
const FIXED_BYTES = 64;

/** Everything of a span that is never cut away: ids, flags, kind, times, name, tracestate, status. */
export class SpanHeadWriter {
  readonly #writer: WireWriter;
  readonly #times: TimeWriter;
  readonly #limits: EncodeLimits;
  readonly #names = new NameCache();
  readonly #traceId = new RepeatedId(16);
  readonly #parentSpanId = new RepeatedId(8);

  constructor(writer: WireWriter, times: TimeWriter, limits: EncodeLimits) {
    this.#writer = writer;
    this.#times = times;
    this.#limits = limits;
  }

  /** Returns the position after it, FULL, or REFUSED for ids that are none; a parent's id that is none is left out. */
  write(record: SpanRecord, start: number): number {
    const writer = this.#writer;
    const { bytes, view } = writer;
    if (start + FIXED_BYTES > writer.limit) return FULL;
    bytes[start] = 0x0a;
    bytes[start + 1] = 16;
    if (!this.#traceId.write(view, start + 2, record.traceId)) return REFUSED;
    bytes[start + 18] = 0x12;
    bytes[start + 19] = 8;
    // A parent ends after its children: its id is often the parent's id of the span before.
    const spanId = record.spanId;
    if (!this.#parentSpanId.writeIfLast(view, start + 20, spanId) && !writeHexId(bytes, start + 20, spanId, 8)) {
      return REFUSED;
    }
    let at = start + 28;
    if (record.parentSpanId && this.#parentSpanId.write(view, at + 2, record.parentSpanId)) {
      bytes[at] = 0x22;
      bytes[at + 1] = 8;
      at += 10;
    }
    if (record.flags !== 0) {
      bytes[at] = 0x85;
      bytes[at + 1] = 0x01;
      view.setUint32(at + 2, record.flags, true);
      at += 6;
    }
    const kind = record.kind;
    if (kind >= 1 && kind <= 5) {
      bytes[at] = 0x30;
      bytes[at + 1] = kind;
      at += 2;
    }
    bytes[at] = 0x39;
    this.#times.write(view, at + 1, record.startSeconds, record.startNanos);
    bytes[at + 9] = 0x41;
    this.#times.write(view, at + 10, record.endSeconds, record.endNanos);
    return this.#texts(record, at + 18);
  }

  #texts(record: SpanRecord, position: number): number {
    const writer = this.#writer;
    let at = this.#names.write(writer, position, asText(record.name), this.#limits.nameLengthLimit);
    if (at === FULL) return FULL;
    // Once: a light span puts it into words when it is read.
    const whole = record.traceState;
    if (whole) {
      const traceState = cutTraceState(whole, this.#limits.traceStateLengthLimit);
      at = writer.textField(at, 0x1a, traceState, traceState.length);
      if (at === FULL) return FULL;
    }
    return this.#status(record, at);
  }

  /** Written even where it says nothing: upstream does, and so do the receivers' own libraries. */
  #status(record: SpanRecord, position: number): number {
    const writer = this.#writer;
    if (position + 4 > writer.limit) return FULL;
    const bytes = writer.bytes;
    bytes[position] = 0x7a;
    let at = position + 2;
    const code = record.statusCode;
    if (code === 1 || code === 2) {
      bytes[at] = 0x18;
      bytes[at + 1] = code;
      at += 2;
    }
    if (record.statusMessage) {
      const message = asText(record.statusMessage);
      at = writer.textField(at, 0x12, message, this.#limits.statusMessageLengthLimit);
      if (at === FULL) return FULL;
    }
    return writer.close(position + 1, at);
  }
}

/** What applications pass for a name is not always a string. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
