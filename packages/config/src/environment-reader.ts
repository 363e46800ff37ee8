/** Environment as it comes from the operating system. An empty value counts as unset, as OpenTelemetry asks for. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** Bounds of a number, both inclusive; without `maximum` there is none. */
export interface Range {
  readonly minimum: number;
  readonly maximum?: number;
}

/**
 * Reads typed values out of an environment and collects what is wrong with them instead of throwing: the value of a bad
 * variable is its default. Remembers every name it was asked for, so that the rest can be called unknown.
 */
export class EnvironmentReader {
  readonly names = new Set<string>();
  readonly #variables: EnvironmentVariables;
  /** A set: a variable that three signals fall back to is reported once. */
  readonly #problems = new Set<string>();

  constructor(variables: EnvironmentVariables) {
    this.#variables = variables;
  }

  get problems(): readonly string[] {
    return [...this.#problems];
  }

  /** Adds one line to the problems: `NAME: problem`; user and password of a URL, in whatever variable it stands, are left out. */
  report(name: string, problem: string): void {
    this.#problems.add(`${name}: ${problem.replace(/\/\/[^@/]*@/g, '//***@')}`);
  }

  /** @returns the trimmed value; nothing when the variable is unset or empty. */
  text(name: string): string | undefined {
    this.names.add(name);
    const value = this.#variables[name]?.trim();
    return value === '' ? undefined : value;
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return fallback;
    if (value === 'true' || value === 'false') return value === 'true';
    this.#expected(name, 'true or false', value, fallback);
    return fallback;
  }

  integer(name: string, fallback: number, range: Range): number {
    return this.#number(name, fallback, range, Number.isInteger, 'an integer');
  }

  fraction(name: string, fallback: number): number {
    return this.#number(name, fallback, { minimum: 0, maximum: 1 }, Number.isFinite, 'a number');
  }

  oneOf<Word extends string>(name: string, words: readonly Word[], fallback: Word): Word {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return fallback;
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) this.#expected(name, words.join(', '), value, fallback);
    return word ?? fallback;
  }

  /** A comma-separated list; `none` is the empty list. One unknown word makes the whole list its default. */
  listOf<Word extends string>(name: string, words: readonly Word[], fallback: readonly Word[]): readonly Word[] {
    const values = this.list(name)?.map((value) => value.toLowerCase());
    if (values === undefined) return fallback;
    if (values.length === 1 && values[0] === 'none') return [];
    const known = values.map((value) => words.find((candidate) => candidate === value));
    const wrong = values.find((_, index) => known[index] === undefined);
    if (wrong === undefined) return [...new Set(known.filter((word) => word !== undefined))];
    this.#expected(name, `${words.join(', ')} or none`, wrong, fallback.join(','));
    return fallback;
  }

  list(name: string): readonly string[] | undefined {
    const items = this.text(name)
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    return items?.length === 0 ? undefined : items;
  }

  /**
   * Reads `key=value,key=value` with percent-encoded values, as resource attributes and headers are written. A pair that
   * cannot be read is left out, and only its position is reported: a header's value may be a secret.
   */
  pairs(name: string): Readonly<Record<string, string>> {
    const pairs: Record<string, string> = {};
    for (const [index, item] of (this.list(name) ?? []).entries()) {
      const equals = item.indexOf('=');
      const key = item.slice(0, equals).trim();
      const value = decode(item.slice(equals + 1).trim());
      if (equals < 1 || key === '' || value === undefined) {
        this.report(name, `expected key=value with a percent-encoded value at position ${index + 1}; left it out`);
      } else {
        pairs[key] = value;
      }
    }
    return pairs;
  }

  #number(name: string, fallback: number, range: Range, fits: (value: number) => boolean, kind: string): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (fits(value) && value >= range.minimum && value <= (range.maximum ?? Infinity)) return value;
    const bounds = range.maximum === undefined ? `≥ ${range.minimum}` : `from ${range.minimum} to ${range.maximum}`;
    this.#expected(name, `${kind} ${bounds}`, text, Number.isFinite(fallback) ? fallback : 'no limit');
    return fallback;
  }

  #expected(name: string, expected: string, actual: string, used: unknown): void {
    this.report(name, `expected ${expected}, got "${actual}"; using ${used === '' ? 'none' : used}`);
  }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // The caller reports where; the text itself may be a secret.
  }
}
