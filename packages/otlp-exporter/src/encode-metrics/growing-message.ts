import { writeKeyValue } from '../encode/any-value.ts';
import { DEFAULT_ENCODE_LIMITS, type EncodeLimits } from '../encode/encode-limits.ts';
import { writeHexId } from '../encode/hex-id.ts';
import { TimeWriter } from '../encode/span-field.ts';
import { FULL, WireWriter } from '../encode/wire-writer.ts';

/** A tag, and a length, number or time after it. */
const FIELD_BYTES = 16;
/** Metrics are sent as they are: their bound is the number of series. */
const LIMITS: EncodeLimits = {
  ...DEFAULT_ENCODE_LIMITS,
  attributeKeyLengthLimit: Number.POSITIVE_INFINITY,
  attributeValueLengthLimit: Number.POSITIVE_INFINITY,
};

/** A protobuf message that is written from front to back, in memory that grows. All tags are below 16, so one byte. */
export class GrowingMessage {
  readonly #writer = new WireWriter();
  readonly #times = new TimeWriter();
  #at = 0;

  constructor(bytes = 16_384) {
    this.#writer.aim(new Uint8Array(bytes));
    this.#writer.limit = bytes;
  }

  /** A copy: the message may be as long as it grew. */
  finish(): Uint8Array {
    return new Uint8Array(this.#writer.bytes.subarray(0, this.#at));
  }

  /** Begins a message inside this one; the result goes to `close`. */
  open(field: number): number {
    this.#tag(field, 2);
    this.#at += 1;
    return this.#at - 1;
  }

  close(lengthAt: number): void {
    const end = this.#writer.close(lengthAt, this.#at);
    if (end !== FULL) {
      this.#at = end;
      return;
    }
    this.#room(FIELD_BYTES);
    this.#at = this.#writer.close(lengthAt, this.#at);
  }

  /** Text in full. */
  text(field: number, text: string): void {
    this.#room(FIELD_BYTES + 3 * text.length);
    this.#at = this.#writer.textField(this.#at, (field << 3) | 2, text, text.length);
  }

  /** A whole number from 0 to 2^53. */
  varint(field: number, value: number): void {
    this.#tag(field, 0);
    this.bareVarint(value);
  }

  /** As an item of a packed list. */
  bareVarint(value: number): void {
    this.#room(FIELD_BYTES);
    const { bytes } = this.#writer;
    let rest = value;
    while (rest > 127) {
      bytes[this.#at++] = (rest & 127) | 128;
      rest = Math.floor(rest / 128);
    }
    bytes[this.#at++] = rest;
  }

  /** A whole number within 32 bits, in zigzag form. */
  sint32(field: number, value: number): void {
    this.varint(field, ((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** A whole number from 0 to 2^53. */
  fixed64(field: number, value: number): void {
    this.#tag(field, 1);
    this.bareFixed64(value);
  }

  bareFixed64(value: number): void {
    this.#room(FIELD_BYTES);
    const { view } = this.#writer;
    view.setUint32(this.#at, value >>> 0, true);
    view.setUint32(this.#at + 4, Math.floor(value / 0x1_0000_0000), true);
    this.#at += 8;
  }

  /** A whole number; one without an int64 is 0. */
  sfixed64(field: number, value: number): void {
    this.#tag(field, 1);
    this.#writer.view.setBigInt64(this.#at, Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n, true);
    this.#at += 8;
  }

  double(field: number, value: number): void {
    this.#tag(field, 1);
    this.bareDouble(value);
  }

  bareDouble(value: number): void {
    this.#room(FIELD_BYTES);
    this.#writer.view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  time(field: number, [seconds, nanos]: readonly [seconds: number, nanos: number]): void {
    this.#tag(field, 1);
    this.#times.write(this.#writer.view, this.#at, seconds, nanos);
    this.#at += 8;
  }

  /** @param bytes at most 16. @returns false, and writes nothing, where it is not so many bytes in hexadecimal digits. */
  id(field: number, id: string, bytes: number): boolean {
    const before = this.#at;
    this.#room(2 * FIELD_BYTES);
    this.#tag(field, 2);
    this.#writer.bytes[this.#at] = bytes;
    if (writeHexId(this.#writer.bytes, this.#at + 1, id, bytes)) this.#at += 1 + bytes;
    else this.#at = before;
    return this.#at > before;
  }

  /** Values that OTLP has no form for are left out. May throw what their getters throw. */
  attributes(field: number, attributes: Readonly<Record<string, unknown>>): void {
    for (const key of Object.keys(attributes)) {
      // As upstream writes what is undefined: a key with an empty value.
      const value = attributes[key] ?? null;
      let end = FULL;
      while (end === FULL) {
        end = writeKeyValue(this.#writer, this.#at, (field << 3) | 2, key, value, LIMITS, 0);
        if (end === FULL) this.#grow();
      }
      if (end > 0) this.#at = end;
    }
  }

  /** Forgets everything from there on. */
  cut(position: number): void {
    this.#at = position;
  }

  get length(): number {
    return this.#at;
  }

  #tag(field: number, wireType: number): void {
    this.#room(FIELD_BYTES);
    this.#writer.bytes[this.#at++] = (field << 3) | wireType;
  }

  #room(bytes: number): void {
    while (this.#at + bytes > this.#writer.limit) this.#grow();
  }

  #grow(): void {
    const grown = new Uint8Array(2 * this.#writer.limit);
    grown.set(this.#writer.bytes.subarray(0, this.#at));
    this.#writer.aim(grown);
    this.#writer.limit = grown.length;
  }
}
