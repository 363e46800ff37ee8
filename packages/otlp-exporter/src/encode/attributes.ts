import { writeAnyValue, writeNumber } from './any-value.ts';
import type { ConstantAttributes } from './constant-attributes.ts';
import type { EncodeLimits } from './encode-limits.ts';
import type { KeptValue } from './kept-values.ts';
import { KeyCache, type KeyEntry } from './key-cache.ts';
import type { AttributePairs } from './span-record.ts';
import { cutText, FULL, REFUSED, varintSize, WireWriter } from './wire-writer.ts';

/** Bytes of work counted for what was dropped without writing much of it. */
export const LEAST_WASTE = 16;

/** Tag and length before a kept key, what its words may write too far, and the longest value that is no text. */
const AROUND_KEY = 24;

/** Up to here a loop over the bytes beats a native copy. */
const SHORT_CONTENT = 24;

/** Of a span's bytes, what may be written in vain before other lists and maps are dropped unseen. */
const WASTE_SHARE = 0.25;

/** Attributes of one message: writes what can be written, counts what was dropped, stops for good where the target ends. */
export class AttributeWriter {
  /** Attributes of the last `write` that are not in the bytes. */
  dropped = 0;
  /** Bytes written and taken back since the caller last set it to 0: bounds the work a span can cause. */
  wasted = 0;
  readonly #writer: WireWriter;
  readonly #limits: EncodeLimits;
  readonly #keys = new KeyCache();
  /** Values with items in them are written here first: their lengths come before them. */
  readonly #scratch = new WireWriter();
  /** The key that began the last list. */
  #first: KeyEntry | undefined;

  constructor(writer: WireWriter, limits: EncodeLimits) {
    this.#writer = writer;
    this.#limits = limits;
  }

  /** What was written and taken back is as much as one span may cost: no more lists, maps, events and links are tried. */
  get exhausted(): boolean {
    return this.wasted > this.#limits.spanBytes * WASTE_SHARE;
  }

  /** Returns the position after the last attribute; FULL only where the writer's limit is the target's, not the span's. */
  write(position: number, tag: number, attributes: AttributePairs, limitIsTarget: boolean): number {
    let at = position;
    let before: KeyEntry | undefined;
    let expected = this.#first;
    this.dropped = 0;
    const count = attributes.length - 1;
    for (let i = 0; i < count; i += 2) {
      const key = attributes[i];
      const value = attributes[i + 1];
      // As in the SDK, an attribute set to undefined was never set.
      if (value === undefined) continue;
      if (expected === undefined || expected.key !== key) {
        expected = this.#keys.find(key);
        if (before === undefined) this.#first = expected;
        else before.next = expected;
      }
      const end =
        expected === undefined || (typeof value === 'object' && value !== null)
          ? this.#general(at, tag, expected, key, value)
          : typeof value === 'string'
            ? this.#keptText(at, tag, expected, value)
            : typeof value === 'number'
              ? this.#keptNumber(at, tag, expected, value)
              : this.#scalar(at, tag, expected, value);
      if (end > 0) at = end;
      else if (end === FULL && limitIsTarget) return FULL;
      else this.#drop();
      before = expected;
      expected = before?.next;
    }
    this.#writer.reached = at;
    return at;
  }

  /**
   * The same of attributes that many spans share: encoded once, then copied. Where they do not fit, or some of them could not be
   * written, they are treated like any others.
   */
  writeConstants(position: number, tag: number, constants: ConstantAttributes, limitIsTarget: boolean): number {
    const writer = this.#writer;
    const kept = constants.writer === this ? constants.bytes : undefined;
    if (kept !== undefined && position + kept.length <= writer.limit) {
      this.dropped = 0;
      writer.bytes.set(kept, position);
      return position + kept.length;
    }
    const end = this.write(position, tag, constants.pairs, limitIsTarget);
    if (end > 0 && this.dropped === 0) {
      constants.bytes = new Uint8Array(writer.bytes.subarray(position, end));
      constants.writer = this;
    }
    return end;
  }

  #drop(): void {
    this.dropped++;
    this.wasted += Math.max(LEAST_WASTE, this.#scratch.reached);
    this.#scratch.reached = 0;
  }

  #keptText(position: number, tag: number, entry: KeyEntry, value: string): number {
    const kept = entry.values.text(value);
    if (kept !== undefined) return this.#kept(position, tag, kept);
    const end = this.#text(position, tag, entry, value);
    if (end > 0) entry.values.keepText(this.#writer, value, position + 1, end);
    return end;
  }

  #keptNumber(position: number, tag: number, entry: KeyEntry, value: number): number {
    const kept = entry.values.number(value);
    if (kept !== undefined) return this.#kept(position, tag, kept);
    const end = this.#scalar(position, tag, entry, value);
    if (end > 0) entry.values.keepNumber(this.#writer, value, position + 1, end);
    return end;
  }

  #kept(position: number, tag: number, kept: KeptValue): number {
    const writer = this.#writer;
    const end = position + 1 + kept.length;
    if (end + 3 > writer.limit) return FULL;
    kept.hits += 1;
    writer.bytes[position] = tag;
    writer.head(position + 1, kept.words);
    return end;
  }

  /** Everything but text and objects is small enough for lengths of one byte. */
  #scalar(position: number, tag: number, entry: KeyEntry, value: unknown): number {
    const writer = this.#writer;
    const valueAt = position + 2 + entry.length;
    if (valueAt + AROUND_KEY > writer.limit) return FULL;
    const bytes = writer.bytes;
    // Before the value, of which it overwrites the place.
    writer.head(position + 2, entry.words);
    const end =
      typeof value === 'number'
        ? writeNumber(writer, valueAt + 1, value)
        : writeAnyValue(writer, valueAt + 1, value, this.#limits, 0);
    if (end < 0) return end;
    bytes[position] = tag;
    bytes[position + 1] = end - position - 2;
    bytes[valueAt] = end - valueAt - 1;
    return end;
  }

  /** All three lengths come before the text: they are taken from its characters, and again where it was not ASCII. */
  #text(position: number, tag: number, entry: KeyEntry, value: string): number {
    const writer = this.#writer;
    const text = cutText(value, this.#limits.attributeValueLengthLimit);
    const key = entry.length;
    let length = text.length;
    let valueSize = 1 + varintSize(length) + length;
    let size = key + varintSize(valueSize) + valueSize;
    let end = position + 1 + varintSize(size) + size;
    const written = writer.utf8(end - length, text);
    if (written < 0) return FULL;
    if (written !== length) {
      const before = end - length;
      length = written;
      valueSize = 1 + varintSize(length) + length;
      size = key + varintSize(valueSize) + valueSize;
      end = position + 1 + varintSize(size) + size;
      // Written once more where its lengths have grown: that is cheaper than moving it.
      if (end - length !== before && writer.utf8(end - length, text) < 0) return FULL;
    }
    const bytes = writer.bytes;
    bytes[position] = tag;
    let at: number;
    if (size < 128) {
      bytes[position + 1] = size;
      at = position + 2;
    } else {
      at = writer.varint(position + 1, size);
    }
    writer.head(at, entry.words);
    at += key;
    if (size < 128) {
      bytes[at] = valueSize;
      bytes[at + 1] = 0x0a;
      bytes[at + 2] = length;
    } else {
      at = writer.varint(at, valueSize);
      bytes[at] = 0x0a;
      writer.varint(at + 1, length);
    }
    return end;
  }

  /** Any key, any value, in any size. */
  #general(position: number, tag: number, entry: KeyEntry | undefined, key: unknown, value: unknown): number {
    if (typeof key !== 'string' || key.length === 0 || key.length > this.#limits.attributeKeyLengthLimit)
      return REFUSED;
    if (typeof value === 'object' && value !== null && this.exhausted) return REFUSED;
    const writer = this.#writer;
    const length = this.#toScratch(value, writer.limit - position);
    if (length < 0) return length;
    const keyLength = entry === undefined ? Buffer.byteLength(key) : 0;
    const headLength = entry === undefined ? 2 + varintSize(keyLength) + keyLength : entry.length;
    const size = headLength + varintSize(length) + length;
    if (position + 1 + varintSize(size) + size > writer.limit) return FULL;
    const bytes = writer.bytes;
    bytes[position] = tag;
    let at = writer.varint(position + 1, size);
    if (entry === undefined) {
      bytes[at] = 0x0a;
      writer.utf8(writer.varint(at + 1, keyLength), key);
      bytes[at + headLength - 1] = 0x12;
    } else {
      // Lists, maps and bytes take two bytes at least, and their length one: what the words write too far is written again.
      writer.head(at, entry.words);
    }
    at = writer.varint(at + headLength, length);
    const content = this.#scratch.bytes;
    if (length > SHORT_CONTENT) return at + content.copy(bytes, at, 0, length);
    for (let i = 0; i < length; i++) bytes[at + i] = content[i] as number;
    return at + length;
  }

  /** Writes the value's content from 0 on and returns its length, FULL or REFUSED. */
  #toScratch(value: unknown, room: number): number {
    const scratch = this.#scratch;
    if (scratch.bytes.length === 0) scratch.aim(new Uint8Array(this.#limits.spanBytes));
    scratch.limit = Math.min(room, scratch.bytes.length);
    scratch.reached = 0;
    try {
      return writeAnyValue(scratch, 0, value, this.#limits, 0);
    } catch {
      // A getter or trap of the application's value threw: this attribute is lost and counted, the span is not.
      return REFUSED;
    }
  }
}
