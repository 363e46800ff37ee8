import { randomFillSync } from 'node:crypto';
import { spanIdText, TraceId } from './id-words.ts';

/** Makes trace and span ids; the SDK's interface. */
export interface IdGenerator {
  /** 32 lower-case hex digits, not all zero. */
  generateTraceId(): string;
  /** 16 lower-case hex digits, not all zero. */
  generateSpanId(): string;
}

/** Random bytes are fetched in bulk: one call of the system for 1024 span ids. */
const POOL_BYTES = 8192;
const POOL_WORDS = POOL_BYTES / 4;
const SPAN_ID_WORDS = 2;

/** Ids from a pool of random bytes. `fill` overwrites a whole array with random bytes. */
export class IdPool implements IdGenerator {
  readonly #fill: (bytes: Uint8Array) => void;
  readonly #words = new Int32Array(POOL_WORDS);
  #used = POOL_WORDS;

  constructor(fill: (bytes: Uint8Array) => void = (bytes) => void randomFillSync(bytes)) {
    this.#fill = fill;
  }

  generateTraceId(): string {
    return this.traceId().text;
  }

  generateSpanId(): string {
    const high = this.word();
    return spanIdText(high, this.word());
  }

  /** A new trace's id, without its text. */
  traceId(): TraceId {
    const word0 = this.word();
    const word1 = this.word();
    const word2 = this.word();
    return new TraceId(word0, word1, word2, this.word(), undefined);
  }

  /** A word of the next id. An id's words are taken together: of the two words of a span id one is not zero. */
  word(): number {
    if (this.#used === POOL_WORDS) this.#refill();
    const word = this.#words[this.#used] as number;
    this.#used += 1;
    return word;
  }

  #refill(): void {
    const words = this.#words;
    this.#fill(new Uint8Array(words.buffer));
    // An id of nothing but zeros is none. Looked for once a pool, because looking at each id costs as much as making it.
    for (let at = 0; at < POOL_WORDS; at += SPAN_ID_WORDS) {
      if (((words[at] as number) | (words[at + 1] as number)) === 0) words[at] = 1;
    }
    this.#used = 0;
  }
}
