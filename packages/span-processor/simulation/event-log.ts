/** The last events of a run, and a hash over all of them: two runs of one seed must end with the same one. */
export class EventLog {
  readonly #lines: string[] = [];
  readonly #capacity: number;
  readonly #print: ((line: string) => void) | undefined;
  #count = 0;
  #hash = 0x811c9dc5;

  /** @param options.print receives every line at once, for `--trace`. */
  constructor(options: { readonly capacity: number; readonly print?: ((line: string) => void) | undefined }) {
    this.#capacity = options.capacity;
    this.#print = options.print;
  }

  add(millis: number, what: string): void {
    const line = `${millis.toFixed(3).padStart(12)}  ${what}`;
    let hash = this.#hash;
    for (let index = 0; index < line.length; index++) hash = Math.imul(hash ^ line.charCodeAt(index), 0x01000193);
    this.#hash = hash;
    this.#lines[this.#count % this.#capacity] = line;
    this.#count += 1;
    this.#print?.(line);
  }

  get count(): number {
    return this.#count;
  }

  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  last(): string[] {
    const from = this.#count % this.#capacity;
    return this.#count < this.#capacity
      ? [...this.#lines]
      : [...this.#lines.slice(from), ...this.#lines.slice(0, from)];
  }
}
