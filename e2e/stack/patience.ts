import { setTimeout } from 'node:timers/promises';
import type { Patience } from '@vigil/cli';

/** Looks once a second on the real clock, for `patienceMillis` at most. */
export function patience(patienceMillis: number): Patience {
  return { patienceMillis, pauseMillis: 1000, now: () => performance.now(), pause: (millis) => setTimeout(millis) };
}
