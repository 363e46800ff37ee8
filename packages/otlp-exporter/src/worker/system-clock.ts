import type { Clock, Random, TimerHandle, Timers } from '../clock.ts';

export const systemClock: Clock = {
  // Not performance.now(), which begins with each thread: application and worker agree on deadlines.
  monotonicMillis: () => Number(process.hrtime.bigint()) / 1e6,
  epochMillis: () => Date.now(),
};

/** The longest delay Node.js has; more would fire at once. */
const DELAY_MAXIMUM_MILLIS = 2 ** 31 - 1;

/** None of these keeps a process alive: on the application's thread that would be the application's. */
export const systemTimers: Timers = {
  set: (callback, millis) => setTimeout(callback, Math.min(millis, DELAY_MAXIMUM_MILLIS)).unref(),
  clear: (handle: TimerHandle) => clearTimeout(handle as NodeJS.Timeout),
};

/** These keep the process alive: whoever waits for what they end wants to see it. */
export const awaitedSystemTimers: Timers = {
  set: (callback, millis) => setTimeout(callback, Math.min(millis, DELAY_MAXIMUM_MILLIS)),
  clear: systemTimers.clear,
};

export const systemRandom: Random = Math.random;
