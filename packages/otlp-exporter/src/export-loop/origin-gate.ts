import {
  type BreakerEvent,
  type BreakerOptions,
  type BreakerState,
  CLOSED_BREAKER,
  mayAttemptAtMillis,
  nextBreakerState,
} from '../breaker/breaker.ts';
import type { Random } from '../clock.ts';
import {
  type BackOff,
  type BackOffOptions,
  backOffAfterFailure,
  backOffAfterSuccess,
  NO_BACK_OFF,
} from '../retry/back-off.ts';
import { RetryBudget } from '../retry/retry-budget.ts';

export interface OriginGateOptions {
  readonly breaker: BreakerOptions;
  readonly backOff: BackOffOptions;
  readonly random: Random;
  /** Called when the breaker's name changed. `why` is of a closed list: what the last failure was, or empty. */
  readonly changed: (from: BreakerState['name'], to: BreakerState['name'], why: string) => void;
}

/** What all signals of one origin share: its breaker, the wait after a failure, the budget for retries. */
export class OriginGate {
  readonly #options: OriginGateOptions;
  readonly #budget = new RetryBudget();
  #breaker: BreakerState = CLOSED_BREAKER;
  #backOff: BackOff = NO_BACK_OFF;

  constructor(options: OriginGateOptions) {
    this.#options = options;
  }

  get breaker(): BreakerState['name'] {
    return this.#breaker.name;
  }

  /** Monotonic; `Infinity` while another attempt probes. */
  mayAttemptAtMillis(): number {
    return Math.max(mayAttemptAtMillis(this.#breaker), this.#backOff.untilMillis);
  }

  /** When `tick` has something to do; `Infinity` for never. */
  tickAtMillis(): number {
    return this.#breaker.name === 'half_open' ? this.#breaker.deadlineMillis : Number.POSITIVE_INFINITY;
  }

  tick(nowMillis: number): void {
    this.#apply({ type: 'tick' }, nowMillis, 'timeout');
  }

  lastChance(nowMillis: number): void {
    this.#apply({ type: 'last_chance' }, nowMillis);
  }

  /**
   * Pays for an attempt. A probe costs nothing: the breaker alone says how often one is made.
   *
   * @returns false when the retry budget is used up.
   */
  pay(isRetry: boolean): boolean {
    if (!isRetry) this.#budget.earn();
    return !isRetry || this.#breaker.name === 'open' || this.#budget.spend();
  }

  /** An attempt starts. @returns its generation, to be given back with the outcome. */
  started(nowMillis: number): number {
    this.#apply({ type: 'started' }, nowMillis);
    return this.#breaker.generation;
  }

  /** @param why what a failure was, for the log. */
  settled(generation: number, outcome: 'success' | 'failure' | 'neutral', nowMillis: number, why: string): void {
    this.#apply({ type: 'settled', generation, outcome }, nowMillis, why);
    if (outcome === 'success') this.#backOff = backOffAfterSuccess(this.#backOff, nowMillis);
  }

  /** A retryable failure: everybody waits. */
  backOff(retryAfterMillis: number | undefined, nowMillis: number): void {
    const { backOff, random } = this.#options;
    this.#backOff = backOffAfterFailure(this.#backOff, retryAfterMillis, nowMillis, backOff, random);
  }

  #apply(event: BreakerEvent, nowMillis: number, why = ''): void {
    const from = this.#breaker;
    this.#breaker = nextBreakerState(from, event, nowMillis, this.#options.breaker, this.#options.random);
    if (from.name !== this.#breaker.name) this.#options.changed(from.name, this.#breaker.name, why);
  }
}
