import { toWords } from './little-endian-words.ts';
import type { WireWriter } from './wire-writer.ts';

/** Longer texts are written anew each time: a copy in words saves nothing any more. */
const LONGEST_TEXT = 96;

/** Texts of one key: a place each for the lengths that leave the same rest. A power of two. */
const PLACES = 4;

/** A value that was met again so often was worth keeping. */
const ENOUGH_HITS = 8;

/** Values of a key that are written without trying to keep another after one was kept for nothing. */
const PAUSE = 256;

/** A value as it stands after its attribute's tag: length, key, value. */
export interface KeptValue {
  readonly value: unknown;
  /** Bytes of it. */
  readonly length: number;
  /** Little-endian words, for `WireWriter.head`. */
  readonly words: readonly number[];
  hits: number;
}

/**
 * The last values of one key, encoded. Most attributes have the same few values again and again: methods, status codes, routes,
 * names of databases, statements. Where values do not come again, keeping them is tried once in a while only.
 */
export class KeptValues {
  readonly #texts: (KeptValue | undefined)[] = new Array<KeptValue | undefined>(PLACES).fill(undefined);
  #number: KeptValue | undefined = undefined;
  #pause = 0;

  text(value: string): KeptValue | undefined {
    const kept = this.#texts[value.length & (PLACES - 1)];
    return kept !== undefined && kept.value === value ? kept : undefined;
  }

  number(value: number): KeptValue | undefined {
    const kept = this.#number;
    return kept !== undefined && kept.value === value ? kept : undefined;
  }

  /** Keeps what stands from `position` to `end`, the text's last byte before `end`; only what is all ASCII. */
  keepText(writer: WireWriter, value: string, position: number, end: number): void {
    if (this.#pause > 0) this.#pause -= 1;
    else if (value.length <= LONGEST_TEXT) {
      const place = value.length & (PLACES - 1);
      this.#pauseAfter(this.#texts[place]);
      // A text of its own: the application's may be a part of a much longer one, which it would keep alive.
      const own = writer.bytes.toString('latin1', end - value.length, end);
      if (own === value) this.#texts[place] = keptValue(writer, own, position, end);
    }
  }

  keepNumber(writer: WireWriter, value: number, position: number, end: number): void {
    if (this.#pause > 0) this.#pause -= 1;
    else {
      this.#pauseAfter(this.#number);
      this.#number = keptValue(writer, value, position, end);
    }
  }

  #pauseAfter(replaced: KeptValue | undefined): void {
    if (replaced !== undefined && replaced.hits < ENOUGH_HITS) this.#pause = PAUSE;
  }
}

function keptValue(writer: WireWriter, value: unknown, position: number, end: number): KeptValue {
  return { value, length: end - position, words: toWords(writer.bytes.subarray(position, end)), hits: 0 };
}
