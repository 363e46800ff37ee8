import { DurationQuantile } from './duration-quantile.ts';

/** Decides which local roots are slow. */
export interface SlowThreshold {
  /** Threshold for a root that is still running or whose duration shall not count. */
  millisFor(route: string): number;
  /** Whether a root that ended is slow; learns from its duration where it adapts. */
  isSlow(route: string, durationMillis: number): boolean;
}

export interface AdaptiveSlowOptions {
  /** Static threshold, and what counts for a route until it has enough traces, in milliseconds. */
  readonly thresholdMillis: number;
  /** Slow is above this quantile of the route's own durations. */
  readonly quantile: number;
  /** Nothing faster than this is slow, in milliseconds. */
  readonly minimumMillis: number;
  /** Traces of a route before its own threshold counts. */
  readonly minimumTraces: number;
  /** Routes with a threshold of their own; all others share one. */
  readonly maxRoutes: number;
}

/** Longer names share one threshold: what is remembered of routes is bounded in bytes, too. */
const NAME_LENGTH_MAXIMUM = 256;

/** One threshold for all routes. `Infinity` finds nothing slow. */
export function createStaticThreshold(thresholdMillis: number): SlowThreshold {
  return { millisFor: () => thresholdMillis, isSlow: (_route, durationMillis) => durationMillis > thresholdMillis };
}

/**
 * A threshold for each route, learned from its durations, so that a slow health check and a fast report are both found out.
 * A route that turns slow altogether is kept only at first: it becomes its own measure, and metrics tell of it.
 */
export function createAdaptiveThreshold(options: AdaptiveSlowOptions): SlowThreshold {
  const routes = new Map<string, DurationQuantile>();
  const others = new DurationQuantile(options.quantile);
  const isFull = (route: string) => routes.size >= options.maxRoutes || route.length > NAME_LENGTH_MAXIMUM;
  const find = (route: string) => {
    const known = routes.get(route);
    if (known !== undefined) return known;
    if (isFull(route)) return others;
    const fresh = new DurationQuantile(options.quantile);
    routes.set(route, fresh);
    return fresh;
  };
  const threshold = (durations: DurationQuantile | undefined) =>
    durations === undefined || durations.count < options.minimumTraces || Number.isNaN(durations.millis)
      ? options.thresholdMillis
      : Math.max(options.minimumMillis, durations.millis);
  return {
    millisFor: (route) => threshold(routes.get(route) ?? (isFull(route) ? others : undefined)),
    isSlow: (route, durationMillis) => {
      const durations = find(route);
      const isSlow = durationMillis > threshold(durations);
      durations.add(durationMillis);
      return isSlow;
    },
  };
}
