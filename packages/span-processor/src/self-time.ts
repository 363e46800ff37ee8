import type { Clock } from '@vigil/otlp-exporter/core';

/** One call in this many is measured, on average. */
const STRIDE = 64;
const NANOS_A_MILLI = 1e6;
/** Constants of a full-period generator modulo 2³² (Numerical Recipes). */
const MULTIPLIER = 1_664_525;
const INCREMENT = 1_013_904_223;
/**
 * No span takes us this long: encoding the largest takes some 100 µs. What took longer was interrupted, by the scheduler of a busy
 * machine or by garbage collection, and multiplied it would drown everything else.
 */
const INTERRUPTED_MILLIS = 0.25;
/** Weight of a new sample in what is typical of a span. */
const NEW = 1 / 16;

/**
 * Estimates how much time our calls take on the application's thread: measures some of them and multiplies. Which ones is
 * pseudo-random, so that no rhythm of the application (every tenth span a root) can hide behind a fixed stride.
 */
export class SelfTime {
  readonly #clock: Clock;
  readonly #add: (nanos: number) => void;
  #state = 1;
  #countdown = STRIDE;
  #sent = 0;
  #typicalMillis = 0;

  constructor(clock: Clock, add: (nanos: number) => void) {
    this.#clock = clock;
    this.#add = add;
  }

  /** Whether the call that begins now is measured. */
  isDue(): boolean {
    this.#countdown -= 1;
    return this.#countdown <= 0;
  }

  /** A span was sent: one call may send many. */
  noteSent(): void {
    this.#sent += 1;
  }

  /** Runs and measures a call that is due. What it throws goes on. */
  measure(call: () => void): void {
    this.#state = (Math.imul(this.#state, MULTIPLIER) + INCREMENT) >>> 0;
    // 1 to 127, 64 on average: the high bits are the random ones.
    this.#countdown = 1 + ((this.#state >>> 16) % (2 * STRIDE - 1));
    const sentBefore = this.#sent;
    // Reading the clock takes a good part of what a short call takes: once is inside the measured time, so it is taken off.
    const before = this.#clock.monotonicMillis();
    const began = this.#clock.monotonicMillis();
    try {
      call();
    } finally {
      const spentMillis = this.#clock.monotonicMillis() - began - (began - before);
      this.#book(spentMillis, Math.max(1, this.#sent - sentBefore));
    }
  }

  #book(spentMillis: number, spans: number): void {
    const perSpan = spentMillis / spans;
    const isInterrupted = perSpan > INTERRUPTED_MILLIS;
    if (!isInterrupted && perSpan > 0) this.#typicalMillis += (perSpan - this.#typicalMillis) * NEW;
    const millis = isInterrupted ? this.#typicalMillis * spans : spentMillis;
    const nanos = Math.round(millis * NANOS_A_MILLI * STRIDE);
    if (nanos > 0) this.#add(nanos);
  }
}
