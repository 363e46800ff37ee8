/**
 * Ids as 32-bit words: the bytes a span leaves with. Their text is made only when somebody asks, which for most spans nobody
 * does, and takes longer than everything else of an id.
 */

/** Two digits of each byte. */
const DIGITS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const SPAN_ID_DIGITS = 16;
const TRACE_ID_DIGITS = 32;
const WORD_DIGITS = 8;
const HEX = /^[0-9a-f]+$/i;

/** Eight lower-case digits of a word. */
function wordText(word: number): string {
  return (
    (DIGITS[word >>> 24] as string) +
    (DIGITS[(word >>> 16) & 0xff] as string) +
    (DIGITS[(word >>> 8) & 0xff] as string) +
    (DIGITS[word & 0xff] as string)
  );
}

/** The 16 digits of a span id. */
export function spanIdText(high: number, low: number): string {
  return wordText(high) + wordText(low);
}

/** One of the words of an id that `isSpanId` or a trace id's digits made sure of. */
export function wordAt(text: string, word: number): number {
  return Number.parseInt(text.slice(word * WORD_DIGITS, (word + 1) * WORD_DIGITS), 16) | 0;
}

/** Whether text is the digits of a span id, in whichever case. */
export function isSpanIdText(text: unknown): text is string {
  return typeof text === 'string' && text.length === SPAN_ID_DIGITS && HEX.test(text);
}

/** A trace's id: one object for all spans of a trace in this process. Four words of zero stand for a text that is no id. */
export class TraceId {
  readonly word0: number;
  readonly word1: number;
  readonly word2: number;
  readonly word3: number;
  #text: string | undefined;

  constructor(word0: number, word1: number, word2: number, word3: number, text: string | undefined) {
    this.word0 = word0;
    this.word1 = word1;
    this.word2 = word2;
    this.word3 = word3;
    this.#text = text;
  }

  /** Of what a caller or an id generator gave, which stays the text whatever it is. */
  static of(text: string): TraceId {
    const isId = typeof text === 'string' && text.length === TRACE_ID_DIGITS && HEX.test(text);
    if (!isId) return new TraceId(0, 0, 0, 0, text);
    return new TraceId(wordAt(text, 0), wordAt(text, 1), wordAt(text, 2), wordAt(text, 3), text);
  }

  get text(): string {
    this.#text ??= spanIdText(this.word0, this.word1) + spanIdText(this.word2, this.word3);
    return this.#text;
  }
}
