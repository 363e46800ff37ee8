import type { Clock, Timers } from '@vigil/otlp-exporter/core';

// Taken once: an application's fake timers must not reach its telemetry.
const now = performance.now.bind(performance);
const dateNow = Date.now;
const { setTimeout: setTimer, clearTimeout: clearTimer } = globalThis;

/** The machine's clock: the one place of this package that reads time. */
export const SYSTEM_CLOCK: Clock = {
  monotonicMillis: () => now(),
  epochMillis: () => dateNow(),
};

/** Timers that never keep the process alive. */
export const SYSTEM_TIMERS: Timers = {
  set: (callback, millis) => setTimer(callback, millis).unref(),
  clear: (handle) => clearTimer(handle as NodeJS.Timeout),
};
