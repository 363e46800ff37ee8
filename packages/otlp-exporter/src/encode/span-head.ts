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
  readonly #names = new NameCache(0x2a);
  readonly #traceStates = new NameCache(0x1a);
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
    bytes[start + 18] = 0x12;
    bytes[start + 19] = 8;
    let at = this.#idWords(record, start);
    if (at === REFUSED) at = this.#idTexts(record, start);
    if (at === REFUSED) return REFUSED;
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

  /** REFUSED where the record does not have them. */
  #idWords({ trace, spanHigh, spanLow, parentHigh, parentLow }: SpanRecord, start: number): number {
    if (trace === undefined || spanHigh === undefined || spanLow === undefined) return REFUSED;
    if ((spanHigh | spanLow) === 0 || (trace.word0 | trace.word1 | trace.word2 | trace.word3) === 0) return REFUSED;
    const view = this.#writer.view;
    view.setInt32(start + 2, trace.word0);
    view.setInt32(start + 6, trace.word1);
    view.setInt32(start + 10, trace.word2);
    view.setInt32(start + 14, trace.word3);
    view.setInt32(start + 20, spanHigh);
    view.setInt32(start + 24, spanLow);
    if (parentHigh === undefined || parentLow === undefined || (parentHigh | parentLow) === 0) return start + 28;
    const bytes = this.#writer.bytes;
    bytes[start + 28] = 0x22;
    bytes[start + 29] = 8;
    view.setInt32(start + 30, parentHigh);
    view.setInt32(start + 34, parentLow);
    return start + 38;
  }

  /** REFUSED for ids that are none; a parent's id that is none is left out. */
  #idTexts(record: SpanRecord, start: number): number {
    const { bytes, view } = this.#writer;
    if (!this.#traceId.write(view, start + 2, record.traceId)) return REFUSED;
    // A parent ends after its children: its id is often the parent's id of the span before.
    const spanId = record.spanId;
    if (!this.#parentSpanId.writeIfLast(view, start + 20, spanId) && !writeHexId(bytes, start + 20, spanId, 8)) {
      return REFUSED;
    }
    const at = start + 28;
    if (!record.parentSpanId || !this.#parentSpanId.write(view, at + 2, record.parentSpanId)) return at;
    bytes[at] = 0x22;
    bytes[at + 1] = 8;
    return at + 10;
  }

  #texts(record: SpanRecord, position: number): number {
    const writer = this.#writer;
    let at = this.#names.write(writer, position, asText(record.name), this.#limits.nameLengthLimit);
    if (at === FULL) return FULL;
    // Once: a light span puts it into words when it is read.
    const whole = record.traceState;
    if (whole) {
      const traceState = cutTraceState(whole, this.#limits.traceStateLengthLimit);
      at = this.#traceStates.write(writer, at, traceState, traceState.length);
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
    const code = record.statusCode;
    if (code === 0 && !record.statusMessage) {
      bytes[position + 1] = 0;
      return position + 2;
    }
    let at = position + 2;
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
