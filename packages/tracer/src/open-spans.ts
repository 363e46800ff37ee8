/**
 * Counts the spans that were started and not ended. An application that starts spans faster than it ends them, as one does whose
 * requests all hang, would otherwise fill its memory with ours: about 750 bytes for each of them. Never throws.
 */
export class OpenSpans {
  readonly #maximum: number;
  /** From here on a span that the application forgets without ending it is noticed; below, a few forgotten ones do no harm. */
  readonly #watchedFrom: number;
  readonly #forgotten: FinalizationRegistry<undefined>;
  #open = 0;
  #watched = 0;

  constructor(maximum: number) {
    this.#maximum = maximum;
    this.#watchedFrom = Math.ceil(maximum / 2);
    this.#forgotten = new FinalizationRegistry(() => {
      this.#open -= 1;
      this.#watched -= 1;
    });
  }

  get isFull(): boolean {
    return this.#open >= this.#maximum;
  }

  started(span: object): void {
    this.#open += 1;
    if (this.#open <= this.#watchedFrom) return;
    this.#watched += 1;
    this.#forgotten.register(span, undefined, span);
  }

  ended(span: object): void {
    this.#open -= 1;
    if (this.#watched > 0 && this.#forgotten.unregister(span)) this.#watched -= 1;
  }
}
