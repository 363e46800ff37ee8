/** Words of one span in tables and in the journal: 4 trace id, 2 span id, 1 hash of its bytes, 1 number of its service. */
export const WORDS = 8;

/** A span in an array of words, from `at` on. */
export interface SpanRecord {
  readonly words: Uint32Array;
  readonly at: number;
}

/** The spans of one request, one record after the other; grows, and is used again for the next request. */
export class SpanBatch {
  length = 0;
  /** Of them, those that end before they begin. */
  backwards = 0;
  words = new Uint32Array(WORDS * 1_024);

  clear(): void {
    this.length = 0;
    this.backwards = 0;
  }

  /** Keeps the first `count`. */
  cutTo(count: number): void {
    this.length = Math.min(this.length, Math.max(0, count));
  }

  /** `traceId` and `spanId` are where the 16 and 8 bytes begin. */
  add(bytes: Uint8Array, { traceId, spanId, hash, service }: SpanPlace): void {
    const at = this.length * WORDS;
    if (at === this.words.length) {
      const more = new Uint32Array(this.words.length * 2);
      more.set(this.words);
      this.words = more;
    }
    for (let word = 0; word < 4; word += 1) this.words[at + word] = wordAt(bytes, traceId + word * 4);
    for (let word = 0; word < 2; word += 1) this.words[at + 4 + word] = wordAt(bytes, spanId + word * 4);
    this.words[at + 6] = hash;
    this.words[at + 7] = service;
    this.length += 1;
  }

  *[Symbol.iterator](): Generator<SpanRecord> {
    for (let index = 0; index < this.length; index += 1) yield { words: this.words, at: index * WORDS };
  }
}

export interface SpanPlace {
  readonly traceId: number;
  readonly spanId: number;
  readonly hash: number;
  readonly service: number;
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;

/** 32 bits of the bytes from … to: a span sent again must be the same. */
export function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = to - from;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    hash = Math.imul(hash ^ wordAt(bytes, at), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x9e3779b1);
  return (hash ^ (hash >>> 13)) >>> 0;
}
