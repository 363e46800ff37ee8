import { randomFillSync } from 'node:crypto';

/** Makes trace and span ids; the SDK's interface. */
export interface IdGenerator {
  /** 32 lower-case hex digits, not all zero. */
  generateTraceId(): string;
  /** 16 lower-case hex digits, not all zero. */
  generateSpanId(): string;
}

/** Random bytes are fetched in bulk: one call of the system for 1024 span ids. */
const POOL_BYTES = 8192;
/** Ids are slices of one hex text, which lives as long as any of them: short, so that a long-lived id holds little. */
const TEXT_BYTES = 256;
const SPAN_ID_BYTES = 8;
const SPAN_ID_DIGITS = 16;
const TRACE_ID_DIGITS = 32;

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
    return this.#take(TRACE_ID_DIGITS);
  }

  generateSpanId(): string {
    return this.#take(SPAN_ID_DIGITS);
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
      withoutZeroIds(this.#bytes);
      this.#used = 0;
    }
    this.#text = this.#bytes.toString('hex', this.#used, this.#used + TEXT_BYTES);
    this.#used += TEXT_BYTES;
    this.#taken = 0;
  }
}

/** An id of nothing but zeros is none. Looked for once a pool, because comparing each id costs as much as making it. */
function withoutZeroIds(bytes: Uint8Array): void {
  for (let start = 0; start < bytes.length; start += SPAN_ID_BYTES) {
    let at = start;
    while (at < start + SPAN_ID_BYTES && bytes[at] === 0) at += 1;
    if (at === start + SPAN_ID_BYTES) bytes[start] = 1;
  }
}
