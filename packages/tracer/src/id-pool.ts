import { randomFillSync } from 'node:crypto';

/** Makes trace and span ids; the SDK's interface. */
export interface IdGenerator {
  /** 32 lower-case hex digits, not all zero. */
  generateTraceId(): string;
  /** 16 lower-case hex digits, not all zero. */
  generateSpanId(): string;
}

/** Random bytes are fetched in bulk: one call of the system for 512 span ids. */
const POOL_BYTES = 4096;
/** Ids are slices of one hex text, which lives as long as any of them: short, so that a long-lived id holds little. */
const TEXT_BYTES = 128;
const SPAN_ID_DIGITS = 16;
const TRACE_ID_DIGITS = 32;
const ZERO_SPAN_ID = '0'.repeat(SPAN_ID_DIGITS);
const ZERO_TRACE_ID = '0'.repeat(TRACE_ID_DIGITS);

/** Ids from a pool of random bytes. `fill` overwrites a whole array with random bytes. */
export class IdPool implements IdGenerator {
  readonly #fill: (bytes: Uint8Array) => void;
  readonly #bytes = Buffer.alloc(POOL_BYTES);
  #used = POOL_BYTES;
  #text = '';
  #taken = 0;

  constructor(fill: (bytes: Uint8Array) => void = (bytes) => void randomFillSync(bytes)) {
    this.#fill = fill;
  }

  generateTraceId(): string {
    const id = this.#take(TRACE_ID_DIGITS);
    return id === ZERO_TRACE_ID ? `${ZERO_TRACE_ID.slice(1)}1` : id;
  }

  generateSpanId(): string {
    const id = this.#take(SPAN_ID_DIGITS);
    return id === ZERO_SPAN_ID ? `${ZERO_SPAN_ID.slice(1)}1` : id;
  }

  #take(digits: number): string {
    if (this.#taken + digits > this.#text.length) this.#nextText();
    const from = this.#taken;
    this.#taken = from + digits;
    return this.#text.substring(from, from + digits);
  }

  #nextText(): void {
    if (this.#used === POOL_BYTES) {
      this.#fill(this.#bytes);
      this.#used = 0;
    }
    this.#text = this.#bytes.toString('hex', this.#used, this.#used + TEXT_BYTES);
    this.#used += TEXT_BYTES;
    this.#taken = 0;
  }
}
