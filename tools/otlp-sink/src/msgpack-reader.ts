/** Walks over one MessagePack value after the other without copying; enough for dd-trace's payloads. */
export class MsgpackReader {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** @throws when the next value is no array. */
  array(): number {
    const type = this.#type();
    if (type >= 0x90 && type <= 0x9f) return type & 0x0f;
    if (type === 0xdc) return this.#number(2);
    if (type === 0xdd) return this.#number(4);
    throw new Error(`expected an array, got type ${type.toString(16)}`);
  }

  /** @throws when the next value is no map. */
  map(): number {
    const type = this.#type();
    if (type >= 0x80 && type <= 0x8f) return type & 0x0f;
    if (type === 0xde) return this.#number(2);
    if (type === 0xdf) return this.#number(4);
    throw new Error(`expected a map, got type ${type.toString(16)}`);
  }

  /** @throws when the next value is no text. */
  text(): string {
    const type = this.#type();
    const length =
      type >= 0xa0 && type <= 0xbf ? type & 0x1f : type >= 0xd9 && type <= 0xdb ? this.#sized(type - 0xd9) : -1;
    if (length < 0) throw new Error(`expected a text, got type ${type.toString(16)}`);
    this.at += length;
    return this.#bytes.toString('utf8', this.at - length, this.at);
  }

  /** A whole number of up to 64 bits. @throws when the next value is none. */
  integer(): bigint {
    const type = this.#type();
    if (type <= 0x7f) return BigInt(type);
    if (type === 0xcf || type === 0xd3) {
      this.at += 8;
      return this.#bytes.readBigUInt64BE(this.at - 8);
    }
    if (type >= 0xcc && type <= 0xce) return BigInt(this.#sized(type - 0xcc));
    if (type >= 0xd0 && type <= 0xd2) return BigInt(this.#sized(type - 0xd0));
    throw new Error(`expected a number, got type ${type.toString(16)}`);
  }

  /** Moves past the next value, whatever it is. */
  skip(): void {
    for (let values = 1; values > 0; values -= 1) values += this.#skipOne();
  }

  /** Values that still belong to the one skipped. */
  #skipOne(): number {
    const type = this.#type();
    if (type <= 0x7f || type >= 0xe0 || (type >= 0xc0 && type <= 0xc3)) return 0;
    if (type <= 0x8f) return 2 * (type & 0x0f);
    if (type <= 0x9f) return type & 0x0f;
    if (type <= 0xbf) return this.#pass(type & 0x1f);
    if (type <= 0xc6) return this.#pass(this.#sized(type - 0xc4));
    if (type <= 0xc9) return this.#pass(this.#sized(type - 0xc7) + 1);
    if (type <= 0xcb) return this.#pass(type === 0xca ? 4 : 8);
    if (type <= 0xcf) return this.#pass(1 << (type - 0xcc));
    if (type <= 0xd3) return this.#pass(1 << (type - 0xd0));
    if (type <= 0xd8) return this.#pass((1 << (type - 0xd4)) + 1);
    if (type <= 0xdb) return this.#pass(this.#sized(type - 0xd9));
    const count = this.#number(type === 0xdc || type === 0xde ? 2 : 4);
    return type >= 0xde ? 2 * count : count;
  }

  #pass(bytes: number): 0 {
    this.at += bytes;
    if (this.at > this.#bytes.length) throw new Error('a value runs past the end');
    return 0;
  }

  /** The size written in 1, 2 or 4 bytes, for `power` 0, 1, 2. */
  #sized(power: number): number {
    return this.#number(1 << power);
  }

  #type(): number {
    return this.#number(1);
  }

  #number(bytes: number): number {
    this.at += bytes;
    return this.#bytes.readUIntBE(this.at - bytes, bytes);
  }
}
