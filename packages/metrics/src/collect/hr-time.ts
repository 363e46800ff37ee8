import type { HrTime } from '@opentelemetry/api';

/** Epoch milliseconds as the SDK's points have them. */
export function hrTimeOf(epochMillis: number): HrTime {
  const seconds = Math.floor(epochMillis / 1_000);
  return [seconds, Math.trunc((epochMillis - seconds * 1_000) * 1e6)];
}
