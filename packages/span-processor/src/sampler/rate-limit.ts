import type { Clock } from '@vigil/otlp-exporter/core';

/** Answers whether one more is allowed now; never more than `perSecond` in any second after the first burst. */
export type RateLimit = () => boolean;

/**
 * Token bucket on the monotonic clock that holds one second's worth. 0 allows nothing, `Infinity` everything. A clock that
 * stands still or goes back gives no tokens.
 */
export function createRateLimit(perSecond: number, clock: Clock): RateLimit {
  if (perSecond === Number.POSITIVE_INFINITY) return () => true;
  if (!(perSecond > 0)) return () => false;
  const capacity = Math.max(1, perSecond);
  let tokens = capacity;
  let filledAtMillis = clock.monotonicMillis();
  return () => {
    const now = clock.monotonicMillis();
    if (now > filledAtMillis) {
      tokens = Math.min(capacity, tokens + ((now - filledAtMillis) * perSecond) / 1_000);
      filledAtMillis = now;
    }
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
