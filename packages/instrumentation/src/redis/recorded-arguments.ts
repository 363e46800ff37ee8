import { DB_QUERY_TEXT } from '@vigil/conventions';
import type { SpanDetails } from '@vigil/tracer';

const ARGUMENT_LENGTH_MAXIMUM = 64;

/** The text of a command with the first of its arguments, for applications that allowed it; written only if the span is sent. */
export class RecordedArguments implements SpanDetails {
  readonly #text: string;

  /** Reads the words now: clients rewrite them later. */
  constructor(name: string, words: ArrayLike<unknown>, from: number, count: number) {
    let text = name;
    const end = Math.min(words.length, from + count);
    for (let index = from; index < end; index += 1) text += ` ${shown(words[index])}`;
    this.#text = words.length > end ? `${text} …` : text;
  }

  describe(attributes: unknown[]): void {
    attributes.push(DB_QUERY_TEXT, this.#text);
  }
}

function shown(word: unknown): string {
  if (typeof word === 'number' || typeof word === 'bigint') return String(word);
  if (typeof word !== 'string') return '?';
  return word.length > ARGUMENT_LENGTH_MAXIMUM ? `${word.slice(0, ARGUMENT_LENGTH_MAXIMUM)}…` : word;
}
