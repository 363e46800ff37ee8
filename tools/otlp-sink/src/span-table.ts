import { type SpanRecord, WORDS } from './span-record.ts';

const FIRST_SLOTS = 65_536;
const FULL = 0.75;
const TIMES_MAXIMUM = 65_535;

/**
 * Which spans came, how often, and whether each came with the same bytes every time: 32 bytes a span, so that three
 * million of them fit into 128 MiB. An open-addressing table that doubles when it is three quarters full.
 */
export class SpanTable {
  unique = 0;
  /** How often a span came that was there already. */
  again = 0;
  /** How often it came with other bytes than the first time. */
  altered = 0;
  #slots = FIRST_SLOTS;
  #words = new Uint32Array(FIRST_SLOTS * WORDS);

  /** Notes one span; true when it is new. */
  add(span: SpanRecord): boolean {
    const words = this.#words;
    const at = this.#find(span.words, span.at);
    if (timesAt(words, at) === 0) {
      copy(span.words, span.at, words, at);
      words[at + 7] = (((span.words[span.at + 7] ?? 0) << 16) | 1) >>> 0;
      this.unique += 1;
      if (this.unique > this.#slots * FULL) this.#grow();
      return true;
    }
    this.again += 1;
    if (words[at + 6] !== span.words[span.at + 6]) this.altered += 1;
    if (timesAt(words, at) < TIMES_MAXIMUM) words[at + 7] = (words[at + 7] ?? 0) + 1;
    return false;
  }

  /** Trace and span id of every span, the number of its service, and how often it came. */
  *entries(): Generator<{ readonly id: string; readonly service: number; readonly times: number }> {
    const words = this.#words;
    const bytes = Buffer.alloc(24);
    for (let at = 0; at < words.length; at += WORDS) {
      const times = timesAt(words, at);
      if (times === 0) continue;
      for (let word = 0; word < 6; word += 1) bytes.writeUInt32BE(words[at + word] ?? 0, word * 4);
      const hex = bytes.toString('hex');
      yield { id: `${hex.slice(0, 32)}-${hex.slice(32)}`, service: (words[at + 7] ?? 0) >>> 16, times };
    }
  }

  /** Where this span stands, or the free slot where it would. */
  #find(of: Uint32Array, from: number): number {
    const words = this.#words;
    const mask = this.#slots - 1;
    let slot = slotOf(of, from) & mask;
    for (;;) {
      const at = slot * WORDS;
      if (timesAt(words, at) === 0) return at;
      let word = 5;
      while (word >= 0 && words[at + word] === of[from + word]) word -= 1;
      if (word < 0) return at;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const old = this.#words;
    this.#slots *= 2;
    this.#words = new Uint32Array(this.#slots * WORDS);
    for (let at = 0; at < old.length; at += WORDS) {
      if (timesAt(old, at) > 0) copy(old, at, this.#words, this.#find(old, at));
    }
  }
}

/** Word by word: a view for each of three million spans would cost more than all the rest. */
function copy(from: Uint32Array, at: number, to: Uint32Array, toAt: number): void {
  for (let word = 0; word < WORDS; word += 1) to[toAt + word] = from[at + word] ?? 0;
}

const timesAt = (words: Uint32Array, at: number): number => (words[at + 7] ?? 0) & 0xffff;

/** The whole id counts: test ids are numbered, and dd-trace's trace ids fill only a half. */
function slotOf(words: Uint32Array, from: number): number {
  let hash = 0;
  for (let word = 0; word < 6; word += 1) {
    hash = Math.imul(hash ^ (words[from + word] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}
