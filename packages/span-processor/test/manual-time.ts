import type { Clock, Timers } from '@vigil/otlp-exporter/core';

interface Pending {
  readonly atMillis: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it, with its timers. */
export class ManualTime implements Clock, Timers {
  #now = 0;
  #timers: Pending[] = [];

  get timerCount(): number {
    return this.#timers.length;
  }

  monotonicMillis(): number {
    return this.#now;
  }

  epochMillis(): number {
    return 1_700_000_000_000 + this.#now;
  }

  set(callback: () => void, millis: number): Pending {
    const timer = { atMillis: this.#now + millis, callback };
    this.#timers.push(timer);
    return timer;
  }

  clear(handle: unknown): void {
    this.#timers = this.#timers.filter((timer) => timer !== handle);
  }

  /** Moves the clock and runs what is due, in the order it is due. */
  advance(millis: number): void {
    const until = this.#now + millis;
    for (;;) {
      const next = this.#timers.filter(({ atMillis }) => atMillis <= until).sort((a, b) => a.atMillis - b.atMillis)[0];
      if (next === undefined) break;
      this.clear(next);
      this.#now = Math.max(this.#now, next.atMillis);
      next.callback();
    }
    this.#now = until;
  }
}
