import type { Random } from '../clock.ts';

/** How long all batches of an origin wait after one of them met a retryable failure. */
export interface BackOff {
  /** Retryable failures since the last success. */
  readonly failures: number;
  /** Monotonic; before it no attempt starts. */
  readonly untilMillis: number;
}

export interface BackOffOptions {
  /** Upper bound of the first wait; doubles with each failure. Default 1,000 ms. */
  readonly initialMillis: number;
  /** Where the doubling ends. Default 10,000 ms. */
  readonly maximumMillis: number;
  /** No wait is shorter, whatever the dice say. Default 100 ms. */
  readonly minimumMillis: number;
}

export const DEFAULT_BACK_OFF_OPTIONS: BackOffOptions = {
  initialMillis: 1_000,
  maximumMillis: 10_000,
  minimumMillis: 100,
};

/** The longest time a receiver can make us wait by `Retry-After`. */
export const RETRY_AFTER_MILLIS_MAXIMUM = 300_000;

export const NO_BACK_OFF: BackOff = { failures: 0, untilMillis: Number.NEGATIVE_INFINITY };

/**
 * The wait after a retryable failure: full jitter over a bound that doubles, never shorter than what the receiver asked for, at
 * most 5 minutes, and never ending before a wait that is already agreed. Pure.
 */
export function backOffAfterFailure(
  backOff: BackOff,
  retryAfterMillis: number | undefined,
  nowMillis: number,
  { initialMillis, maximumMillis, minimumMillis }: BackOffOptions,
  random: Random,
): BackOff {
  const bound = Math.min(initialMillis * 2 ** Math.min(backOff.failures, 30), maximumMillis);
  const own = minimumMillis + random() * Math.max(0, bound - minimumMillis);
  // Added, not the larger of both: the receiver told the same time to a whole fleet.
  const wait = Math.min((retryAfterMillis ?? 0) + own, RETRY_AFTER_MILLIS_MAXIMUM);
  return { failures: backOff.failures + 1, untilMillis: Math.max(backOff.untilMillis, nowMillis + wait) };
}

/** A success ends the doubling, but no wait that is still running: it may answer a request from before the receiver asked for it. */
export function backOffAfterSuccess(backOff: BackOff, nowMillis: number): BackOff {
  return nowMillis >= backOff.untilMillis ? NO_BACK_OFF : backOff;
}
