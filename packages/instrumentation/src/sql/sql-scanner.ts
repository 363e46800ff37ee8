import type { SqlDialect } from './sql-dialect.ts';

export const END = 0;
/** A keyword or a name without quotes. */
export const WORD = 1;
/** A name in quotes. */
export const QUOTED_NAME = 2;
/** A text, number or bytes: a value that must not leave. */
export const LITERAL = 3;
/** `$1`, `?`, `:name`, `@name`. */
export const PARAMETER = 4;
/** One character of anything else. */
export const MARK = 5;

const QUOTE = 39;
const DOUBLE_QUOTE = 34;
const BACKTICK = 96;
const BACKSLASH = 92;
const DOLLAR = 36;
const HASH = 35;
const DASH = 45;
const PLUS = 43;
const SLASH = 47;
const STAR = 42;
const DOT = 46;
const COLON = 58;
const QUESTION = 63;
const AT = 64;
const NEW_LINE = 10;

/** Longest prefix of a text: `_utf8mb4'…'`; `E`, `B`, `X`, `N`. */
const TEXT_PREFIX = /^(?:[ebxn]|_[a-z0-9]+)$/i;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13) || code === 160 || code === 0xfeff;
const isNameStart = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || (code > 127 && !isSpace(code));
const isNamePart = (code: number): boolean => isNameStart(code) || isDigit(code) || code === DOLLAR;

/**
 * Splits SQL into tokens. Comments and space are no tokens: what they hold never comes out. Where a statement is cut off or malformed,
 * the rest is one literal: a doubt costs a name, never a value.
 */
export class SqlScanner {
  readonly sql: string;
  readonly length: number;
  readonly #dialect: SqlDialect;
  /** Of the token that `next` found. */
  start = 0;
  end = 0;

  /** @param length how much of it is read. */
  constructor(sql: string, dialect: SqlDialect, length: number = sql.length) {
    this.sql = sql;
    this.length = Math.min(length, sql.length);
    this.#dialect = dialect;
  }

  /** The token as it stands. */
  get text(): string {
    return this.sql.slice(this.start, this.end);
  }

  /** Goes to the next token and says what it is. */
  next(): number {
    this.#skip(this.end);
    const { start } = this;
    if (start >= this.length) return this.#token(END, start);
    const code = this.sql.charCodeAt(start);
    if (isNameStart(code)) return this.#word();
    if (isDigit(code) || (code === DOT && isDigit(this.#at(start + 1)))) return this.#number();
    switch (code) {
      case QUOTE:
        return this.#token(LITERAL, this.#quoted(start, QUOTE, this.#dialect.hasBackslashEscapes));
      case DOUBLE_QUOTE:
        return this.#dialect.hasDoubleQuotedTexts
          ? this.#token(LITERAL, this.#quoted(start, DOUBLE_QUOTE, true))
          : this.#name(DOUBLE_QUOTE);
      case BACKTICK:
        return this.#name(BACKTICK);
      case DOLLAR:
        return this.#dollar();
      case QUESTION:
        return this.#token(PARAMETER, this.#whileDigits(start + 1));
      case COLON:
      case AT:
        return this.#named(code);
      default:
        return this.#token(MARK, start + 1);
    }
  }

  #at(index: number): number {
    return index < this.length ? this.sql.charCodeAt(index) : -1;
  }

  #token(kind: number, end: number): number {
    this.end = Math.min(end, this.length);
    return kind;
  }

  /** To the first character that is neither space nor comment. */
  #skip(from: number): void {
    let at = from;
    for (;;) {
      const code = this.#at(at);
      if (isSpace(code)) at += 1;
      else if ((code === DASH && this.#at(at + 1) === DASH) || (code === HASH && this.#dialect.hasHashComments)) {
        while (at < this.length && this.#at(at) !== NEW_LINE) at += 1;
      } else if (code === SLASH && this.#at(at + 1) === STAR) at = this.#comment(at + 2);
      else break;
    }
    this.start = at;
  }

  /** PostgreSQL nests comments; where they do not nest, reading them so hides more, not less. */
  #comment(from: number): number {
    let depth = 1;
    let at = from;
    while (at < this.length && depth > 0) {
      const code = this.#at(at);
      const following = this.#at(at + 1);
      if (code === STAR && following === SLASH) {
        depth -= 1;
        at += 2;
      } else if (code === SLASH && following === STAR && this.#dialect.hasDollarTexts) {
        depth += 1;
        at += 2;
      } else at += 1;
    }
    return at;
  }

  #word(): number {
    let at = this.start + 1;
    while (isNamePart(this.#at(at))) at += 1;
    const following = this.#at(at);
    if (following === QUOTE && at - this.start <= 16) {
      const prefix = this.sql.slice(this.start, at);
      if (TEXT_PREFIX.test(prefix)) {
        const isEscaped = this.#dialect.hasBackslashEscapes || prefix === 'e' || prefix === 'E';
        return this.#token(LITERAL, this.#quoted(at, QUOTE, isEscaped));
      }
    }
    return this.#token(WORD, at);
  }

  #number(): number {
    let at = this.start + 1;
    for (;;) {
      const code = this.#at(at);
      const before = this.#at(at - 1) | 32;
      const isSign = (code === PLUS || code === DASH) && before === 101 && isDigit(this.#at(at + 1));
      if (!isNamePart(code) && code !== DOT && !isSign) break;
      at += 1;
    }
    return this.#token(LITERAL, at);
  }

  /** Behind the end of a quoted text; a quote in it is doubled. */
  #quoted(from: number, quote: number, isEscaped: boolean): number {
    let at = from + 1;
    while (at < this.length) {
      const code = this.#at(at);
      if (code === BACKSLASH && isEscaped) at += 2;
      else if (code !== quote) at += 1;
      else if (this.#at(at + 1) === quote) at += 2;
      else return at + 1;
    }
    return this.length;
  }

  /** A name that does not end may be a text that was begun before: it counts as a value. */
  #name(quote: number): number {
    const end = this.#quoted(this.start, quote, false);
    const isClosed = end - this.start > 1 && this.sql.charCodeAt(end - 1) === quote;
    return this.#token(isClosed ? QUOTED_NAME : LITERAL, end);
  }

  #whileDigits(from: number): number {
    let at = from;
    while (isDigit(this.#at(at))) at += 1;
    return at;
  }

  #dollar(): number {
    const { start } = this;
    if (isDigit(this.#at(start + 1))) return this.#token(PARAMETER, this.#whileDigits(start + 1));
    let at = start + 1;
    while (isNamePart(this.#at(at)) && this.#at(at) !== DOLLAR) at += 1;
    if (!this.#dialect.hasDollarTexts) return this.#token(at > start + 1 ? PARAMETER : MARK, at);
    if (this.#at(at) !== DOLLAR) return this.#token(MARK, start + 1);
    const tag = this.sql.slice(start, at + 1);
    const close = this.sql.indexOf(tag, at + 1);
    return this.#token(LITERAL, close === -1 ? this.length : close + tag.length);
  }

  /** `:name` and `@name`, but not `::type`, `:=` and `@>`. */
  #named(code: number): number {
    const { start } = this;
    if (code === COLON && this.#at(start + 1) === COLON) return this.#token(MARK, start + 2);
    let at = start + 1;
    while (isNamePart(this.#at(at))) at += 1;
    return this.#token(at > start + 1 ? PARAMETER : MARK, at);
  }
}
