import { KeptValues } from './kept-values.ts';
import { toWords } from './little-endian-words.ts';

/** Longer keys are not kept: `KeyValue`s of numbers stay below 128 bytes with every key that is. */
const LONGEST_KEY = 32;

/** Keys a generation holds; there are two. */
const GENERATION = 512;

/** A key as it stands before its value in an OTLP `KeyValue`: tag and length of the key, its UTF-8, tag of the value. */
export interface KeyEntry {
  readonly key: string;
  /** Bytes of the head. */
  readonly length: number;
  /** The head as little-endian words: one store each instead of four. The last may reach up to three bytes too far. */
  readonly words: readonly number[];
  /** The key that came after this one the last time. Applications set their attributes in the same order again and again. */
  next: KeyEntry | undefined;
  readonly values: KeptValues;
}

/**
 * Encoded attribute keys, from the second time on that one is asked for. Two generations of 512 bound it: when the young one
 * is full it becomes the old one, and what was not used since is forgotten. Keys with ids in them cannot displace the real
 * ones, and cost next to nothing.
 */
export class KeyCache {
  #young = new Map<string, KeyEntry>();
  #old = new Map<string, KeyEntry>();

  readonly #seen = new Set<string>();

  /** Undefined for what is not kept: keys that are new, empty, long, or no strings. */
  find(key: unknown): KeyEntry | undefined {
    if (typeof key !== 'string') return undefined;
    const entry = this.#young.get(key);
    if (entry !== undefined) return entry;
    if (key.length === 0 || key.length > LONGEST_KEY) return undefined;
    const old = this.#old.get(key);
    if (old !== undefined) return this.#keep(old);
    if (this.#seen.has(key)) return this.#keep(encodeKey(key));
    if (this.#seen.size >= GENERATION) this.#seen.clear();
    this.#seen.add(key);
    return undefined;
  }

  #keep(entry: KeyEntry): KeyEntry {
    if (this.#young.size >= GENERATION) {
      // Otherwise those in use would hold chains of forgotten ones.
      for (const forgotten of this.#old.values()) forgotten.next = undefined;
      for (const kept of this.#young.values()) kept.next = undefined;
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(entry.key, entry);
    return entry;
  }
}

function encodeKey(key: string): KeyEntry {
  const text = Buffer.from(key, 'utf8');
  const head = Uint8Array.of(0x0a, text.length, ...text, 0x12);
  return { key, length: head.length, words: toWords(head), next: undefined, values: new KeptValues() };
}
