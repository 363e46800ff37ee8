import type { Clock, Timers } from '@vigil/otlp-exporter/core';

/** The machine's clock: the one place of this package that reads time. */
export const SYSTEM_CLOCK: Clock = {
  monotonicMillis: () => performance.now(),
  epochMillis: () => Date.now(),
};

/** Timers that never keep the process alive. */
export const SYSTEM_TIMERS: Timers = {
  set: (callback, millis) => setTimeout(callback, millis).unref(),
  clear: (handle) => clearTimeout(handle as NodeJS.Timeout),
};
