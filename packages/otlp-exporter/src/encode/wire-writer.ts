/** What writing functions return instead of a position: there is no room below the writer's limit. */
export const FULL = -1;

/** What writing functions return instead of a position: OTLP has no form for this value. */
export const REFUSED = -2;

/** The undocumented half of every Node Buffer: the same as `write` without its argument checks, 20 ns cheaper. */
type Utf8Buffer = Buffer & { utf8Write(text: string, offset: number, length: number): number };

/** Up to here a loop over the characters beats a native call of about 40 ns. */
const SHORT_STRING = 12;

/**
 * Where bytes go: a target, and the position from which on nothing may be written. Positions are passed in and returned,
 * so that they live in registers.
 */
export class WireWriter {
  bytes: Utf8Buffer = Buffer.alloc(0) as unknown as Utf8Buffer;
  view: DataView = new DataView(new ArrayBuffer(0));
  limit = 0;
  /** How far a value with items has come: what was spent on it should it turn out not to be writable. */
  reached = 0;
  #target: Uint8Array | undefined;

  /** Shared memory is welcome: everything written here works on it. */
  aim(target: Uint8Array): void {
    if (target === this.#target) return;
    const bytes = Buffer.from(target.buffer, target.byteOffset, target.byteLength) as unknown as Utf8Buffer;
    if (typeof bytes.utf8Write !== 'function') bytes.utf8Write = bytes.write;
    this.bytes = bytes;
    this.view = new DataView(target.buffer, target.byteOffset, target.byteLength);
    this.#target = target;
  }

  /** The caller has seen to the room; `value` is below 2^32. */
  varint(position: number, value: number): number {
    const bytes = this.bytes;
    let at = position;
    let rest = value;
    while (rest > 127) {
      bytes[at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    return at;
  }

  /** The head of a kept key. Up to three bytes after it are overwritten: the caller sees to the room, and writes on there. */
  head(position: number, words: readonly number[]): void {
    const view = this.view;
    for (let i = 0; i < words.length; i++) view.setInt32(position + 4 * i, words[i] as number, true);
  }

  /** UTF-8 at `position`, nothing before it; returns its bytes, or FULL. Lone surrogates become U+FFFD. */
  utf8(position: number, text: string): number {
    const units = text.length;
    const room = this.limit - position;
    if (units <= SHORT_STRING && units <= room) {
      const bytes = this.bytes;
      let i = 0;
      for (; i < units; i++) {
        const unit = text.charCodeAt(i);
        if (unit > 127) break;
        bytes[position + i] = unit;
      }
      if (i === units) return units;
    }
    // Three bytes a unit is the most; only near the limit is the exact size worth its cost.
    if (units * 3 > room && (units > room || Buffer.byteLength(text) > room)) return FULL;
    return this.bytes.utf8Write(text, position, room);
  }

  /** Tag, length, UTF-8 of at most `mostUnits` of the text's code units; or FULL. */
  textField(position: number, tag: number, text: string, mostUnits: number): number {
    const cut = cutText(text, mostUnits);
    const expected = varintSize(cut.length);
    const start = position + 1 + expected;
    const written = this.utf8(start, cut);
    if (written < 0) return FULL;
    this.bytes[position] = tag;
    return this.#settle(position + 1, start, written, expected);
  }

  /** Closes what began with `reserved` bytes left free at `lengthAt` for its length; or FULL. */
  close(lengthAt: number, end: number, reserved = 1): number {
    return this.#settle(lengthAt, lengthAt + reserved, end - lengthAt - reserved, reserved);
  }

  /** Writes the length of what stands at `start`, moving it where its length takes more bytes than expected. */
  #settle(lengthAt: number, start: number, length: number, expected: number): number {
    const needed = varintSize(length);
    if (needed !== expected) {
      if (start + length + needed - expected > this.limit) return FULL;
      this.bytes.copyWithin(start + needed - expected, start, start + length);
    }
    return this.varint(lengthAt, length) + length;
  }
}

/** Bytes of a value below 2^32 as a varint. */
export function varintSize(value: number): number {
  return value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : value < 268_435_456 ? 4 : 5;
}

/** At most `mostUnits` code units, never half of a surrogate pair. */
export function cutText(text: string, mostUnits: number): string {
  if (text.length <= mostUnits) return text;
  const last = text.charCodeAt(mostUnits - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? mostUnits - 1 : mostUnits);
}
