/** What can be set of the runtime metrics. */
export interface RuntimeOptions {
  /**
   * Milliseconds between two samples of the event loop's delay. Default 50: what holds the loop for longer is always seen, what is
   * shorter in proportion. `0`: no samples and no timer; then the metrics of the delay are absent and all others are there.
   */
  readonly delayResolutionMillis?: number;
  /** Whether each garbage collection is timed; Node.js runs JavaScript for each then. Default: true. */
  readonly garbageCollection?: boolean;
}

// An idle process is woken for each: 20 a second cost less than OpenTelemetry's 100, which no JavaScript runs for.
export const DELAY_RESOLUTION_MILLIS = 50;

const LONGEST_RESOLUTION_MILLIS = 10_000;

/** A number that cannot be meant becomes the default. Never throws. */
export function delayResolutionMillis({
  delayResolutionMillis: asked = DELAY_RESOLUTION_MILLIS,
}: RuntimeOptions): number {
  if (asked === 0) return 0;
  return asked >= 1 && asked <= LONGEST_RESOLUTION_MILLIS ? Math.round(asked) : DELAY_RESOLUTION_MILLIS;
}
