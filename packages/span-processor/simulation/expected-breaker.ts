import { Violation } from './violation.ts';

/**
 * What an outcome means for the breaker. `neutral`: the origin answered, and it is not about its
 * health. `unsure`: within what two clocks may differ; nothing is expected until the next sure success.
 */
export type Judgement = 'success' | 'failure' | 'neutral' | 'unsure';

export interface ExpectedBreakerOptions {
  readonly consecutiveFailures: number;
  readonly openMillis: number;
  readonly openMillisMaximum: number;
  readonly jitter: number;
}

/** An attempt's own deadline, and a second of grace. */
const PROBE_MILLIS = 6_000;
const EDGE_MILLIS = 500;

/**
 * The circuit breaker of one life of the worker, written a second time and looser: it only says when a request must not be.
 * It counts in the order in which answers arrive, and knows which requests left before the breaker opened.
 */
export class ExpectedBreaker {
  readonly #options: ExpectedBreakerOptions;
  #failures = 0;
  #openings = 0;
  #openedAt: number | undefined;
  #probe: number | undefined;
  #probeSentAt = 0;
  #isLastChance = false;
  #lastId = 0;
  /** The last request before it opened or closed last. */
  #changedAfter = 0;
  /** The last request before it became unclear what the breaker knows. */
  #unsureSince: number | undefined;
  /** Of requests up to this one nobody here knows whether their answers still count. */
  #unclearUpTo = 0;

  constructor(options: ExpectedBreakerOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#openedAt !== undefined;
  }

  get isUnsure(): boolean {
    return this.#unsureSince !== undefined;
  }

  sent(id: number, now: number): void {
    this.#lastId = id;
    if (this.isUnsure) return;
    if (this.#openedAt === undefined) return;
    if (this.#probe !== undefined)
      throw new Violation('breaker', `request ${id} while the probe, request ${this.#probe}, has no answer yet`);
    const { openMillis, openMillisMaximum, jitter } = this.#options;
    const nominal = Math.min(openMillisMaximum, openMillis * 2 ** (this.#openings - 1));
    const earliest = this.#openedAt + nominal * (1 - jitter) - 0.01;
    const isEarly = now < earliest;
    if (isEarly && !this.#isLastChance)
      throw new Violation(
        'breaker',
        `request ${id} ${(now - this.#openedAt).toFixed(1)} ms after opening ${this.#openings}, expected ${(earliest - this.#openedAt).toFixed(1)}`,
      );
    this.#probe = id;
    this.#probeSentAt = now;
    if (isEarly) this.#isLastChance = false;
  }

  /** The next probe may start at once. */
  lastChance(): void {
    this.#isLastChance = true;
  }

  /** @param now may be too late: a probe without an outcome by its deadline has failed. */
  settled(id: number, judgement: Judgement, now: number): void {
    const sinceProbe = now - this.#probeSentAt;
    const isProbeOnEdge = id === this.#probe && sinceProbe < PROBE_MILLIS && sinceProbe > PROBE_MILLIS - EDGE_MILLIS;
    if (judgement === 'unsure' || isProbeOnEdge) this.#unsureSince = this.#lastId;
    if (this.#unsureSince !== undefined) {
      if (judgement === 'failure') this.#unsureSince = this.#lastId;
      if (judgement !== 'success' || id <= this.#unsureSince) return;
      this.#unsureSince = undefined;
      this.#unclearUpTo = this.#lastId;
      this.#close();
      return;
    }
    if (id <= this.#unclearUpTo) {
      this.#unsureSince = this.#lastId;
      return;
    }
    // An answer to a request from before the last change says nothing any more.
    if (id !== this.#probe && id <= this.#changedAfter) return;
    if (this.#openedAt === undefined) {
      this.#whileClosed(judgement, now);
      return;
    }
    if (id !== this.#probe) return;
    this.#probe = undefined;
    if (judgement === 'failure' || now >= this.#probeSentAt + PROBE_MILLIS) this.#openAt(now);
    else this.#close();
  }

  #whileClosed(judgement: Judgement, now: number): void {
    if (judgement === 'success') this.#failures = 0;
    if (judgement !== 'failure') return;
    this.#failures += 1;
    if (this.#failures >= this.#options.consecutiveFailures) this.#openAt(now);
  }

  #openAt(now: number): void {
    this.#openedAt = now;
    this.#changedAfter = this.#lastId;
    this.#openings += 1;
  }

  #close(): void {
    this.#changedAfter = this.#lastId;
    this.#probe = undefined;
    this.#openedAt = undefined;
    this.#openings = 0;
    this.#failures = 0;
  }
}
