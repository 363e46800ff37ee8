import type { Clock, TimerHandle, Timers } from '../src/clock.ts';

interface Timer {
  readonly atMillis: number;
  readonly callback: () => void;
}

/** Clock and timers that stand still until a test moves them. */
export class VirtualTime implements Clock, Timers {
  epochOffsetMillis = 1_800_000_000_000;
  #now = 1_000;
  #timers: Timer[] = [];

  monotonicMillis(): number {
    return this.#now;
  }

  epochMillis(): number {
    return this.epochOffsetMillis + this.#now;
  }

  set(callback: () => void, millis: number): TimerHandle {
    const timer = { atMillis: this.#now + millis, callback };
    this.#timers.push(timer);
    return timer;
  }

  clear(handle: TimerHandle): void {
    this.#timers = this.#timers.filter((timer) => timer !== handle);
  }

  get pending(): number {
    return this.#timers.length;
  }

  /** Lets time go by, timer by timer. */
  advance(millis: number): void {
    const end = this.#now + millis;
    for (;;) {
      const [next] = this.#timers.filter(({ atMillis }) => atMillis <= end).sort((a, b) => a.atMillis - b.atMillis);
      if (next === undefined) break;
      this.clear(next);
      this.#now = Math.max(this.#now, next.atMillis);
      next.callback();
    }
    this.#now = end;
  }
}
