import type { Clock } from '@vigil/otlp-exporter/core';

/** One call in this many is measured, on average. */
const STRIDE = 64;
const NANOS_A_MILLI = 1e6;
/** Constants of a full-period generator modulo 2³² (Numerical Recipes). */
const MULTIPLIER = 1_664_525;
const INCREMENT = 1_013_904_223;

/**
 * Estimates how much time our calls take on the application's thread: measures some of them and multiplies. Which ones is
 * pseudo-random, so that no rhythm of the application (every tenth span a root) can hide behind a fixed stride.
 */
export class SelfTime {
  readonly #clock: Clock;
  readonly #add: (nanos: number) => void;
  #state = 1;
  #countdown = STRIDE;

  constructor(clock: Clock, add: (nanos: number) => void) {
    this.#clock = clock;
    this.#add = add;
  }

  /** Whether the call that begins now is measured. */
  isDue(): boolean {
    this.#countdown -= 1;
    return this.#countdown <= 0;
  }

  /** Runs and measures a call that is due. What it throws goes on. */
  measure(call: () => void): void {
    this.#state = (Math.imul(this.#state, MULTIPLIER) + INCREMENT) >>> 0;
    // 1 to 127, 64 on average: the high bits are the random ones.
    this.#countdown = 1 + ((this.#state >>> 16) % (2 * STRIDE - 1));
    const began = this.#clock.monotonicMillis();
    try {
      call();
    } finally {
      const nanos = Math.round((this.#clock.monotonicMillis() - began) * NANOS_A_MILLI * STRIDE);
      if (nanos > 0) this.#add(nanos);
    }
  }
}
