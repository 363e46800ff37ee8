/** Walks over the fields of one protobuf message inside a larger body, without copying or decoding what is not asked for. */
export class ProtobufReader {
  /** Number of the field that {@link next} found; its content lies in `from` … `to`. */
  field = 0;
  /** 2 for a content with a length: a message, a string, bytes. */
  wire = 0;
  from = 0;
  to = 0;
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, from = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = end;
  }

  /** Moves to the next field; false at the end. @throws when the bytes are no protobuf message. */
  next(): boolean {
    if (this.#at === this.#end) return false;
    const tag = this.#varint();
    this.field = Math.floor(tag / 8);
    this.wire = tag % 8;
    this.from = this.#at;
    if (this.wire === 0) this.#varint();
    else if (this.wire === 1) this.#at += 8;
    else if (this.wire === 5) this.#at += 4;
    else if (this.wire === 2) {
      const length = this.#varint();
      this.from = this.#at;
      this.#at += length;
    } else throw new Error(`field ${this.field} has wire type ${this.wire}`);
    this.to = this.#at;
    if (this.#at > this.#end) throw new Error(`field ${this.field} runs past the end`);
    return true;
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined || this.#at >= this.#end) throw new Error('a number runs past the end');
      this.#at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }
}
