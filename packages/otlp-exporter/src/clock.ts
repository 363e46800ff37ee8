/** Time comes in as an argument, so that the simulator and the tests own it. */
export interface Clock {
  /** Milliseconds since an arbitrary moment, never going back; for every duration and deadline. */
  monotonicMillis(): number;
  /** Milliseconds since 1970 by the machine's clock, which may jump; only for dates from outside. */
  epochMillis(): number;
}

/** One-shot timers on the clock above. */
export interface Timers {
  /** Calls `callback` once after `millis`. */
  set(callback: () => void, millis: number): TimerHandle;
  clear(handle: TimerHandle): void;
}

export type TimerHandle = unknown;

/** Uniform in [0, 1). */
export type Random = () => number;
