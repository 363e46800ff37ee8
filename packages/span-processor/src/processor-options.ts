import type { Clock, Timers } from '@vigil/otlp-exporter/core';
import { OptionReader } from './option-reader.ts';
import { createAdaptiveThreshold, createStaticThreshold, type SlowThreshold } from './retention/slow-threshold.ts';
import type { TraceBufferBounds } from './retention/trace-buffer.ts';
import type { RouteRule } from './route/route-rule.ts';
import { SYSTEM_CLOCK, SYSTEM_TIMERS } from './system-clock.ts';

export interface AdaptiveSlowThreshold {
  /** Slow is above this quantile of the durations of the same route. Default: 0.99. */
  readonly quantile?: number;
  /** Nothing faster is slow, in milliseconds. Default: 50. */
  readonly minimumMillis?: number;
  /** Traces of a route until its own threshold replaces `slowThresholdMillis`. Default: 100. */
  readonly minimumTraces?: number;
  /** Routes with a threshold of their own; all further ones share one. Default: 200. */
  readonly maxRoutes?: number;
}

/** What is retained of traces that head sampling did not choose, and how much may wait for the end of its trace. */
export interface TailRetentionOptions {
  /** A trace whose local root took longer is kept, in milliseconds. 0 keeps all, `Infinity` none. Default: 1,000. */
  readonly slowThresholdMillis?: number;
  /** Learns the threshold of each route from its own traces instead. Default: `false`. */
  readonly adaptiveSlowThreshold?: boolean | AdaptiveSlowThreshold;
  /** Ended spans of one trace that wait. Default: 1,000. */
  readonly maxSpansPerTrace?: number;
  /** Estimated bytes of one trace that wait. Default: 1 MiB. */
  readonly maxBytesPerTrace?: number;
  /** Ended spans of all traces that wait. Default: 16,384. */
  readonly maxSpans?: number;
  /** Estimated bytes of all traces that wait. Default: 8 MiB. */
  readonly maxBytes?: number;
  /** A trace that waits for longer is decided with what is known, in milliseconds. Default: 30,000. */
  readonly maxHoldMillis?: number;
}

/** Options that do not concern the pipeline behind the processor. */
export interface RetentionOptions {
  /**
   * Errors, slow, forced and critical traces are kept although head sampling did not choose them. `false` exports exactly what
   * is sampled, without buffering: for `always_on`. Default: on.
   */
  readonly tailRetention?: boolean | TailRetentionOptions;
  /** The sampler's rules: a route that becomes known only after the head decision is asked again at the end. Default: none. */
  readonly routes?: readonly RouteRule[];
  /** How long kept spans wait for attributes of an SDK resource that are still being detected. Default: 5,000. */
  readonly resourceTimeoutMillis?: number;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Default: the machine's, not keeping the process alive. */
  readonly timers?: Timers;
}

export interface ResolvedRetention {
  readonly bounds: TraceBufferBounds | undefined;
  readonly slow: SlowThreshold;
  readonly routes: readonly RouteRule[];
  readonly resourceTimeoutMillis: number;
  readonly clock: Clock;
  readonly timers: Timers;
}

export const RETENTION_KEYS = ['tailRetention', 'routes', 'resourceTimeoutMillis', 'clock', 'timers'] as const;

const TAIL_KEYS = [
  'slowThresholdMillis',
  'adaptiveSlowThreshold',
  'maxSpansPerTrace',
  'maxBytesPerTrace',
  'maxSpans',
  'maxBytes',
  'maxHoldMillis',
];
const ADAPTIVE_KEYS = ['quantile', 'minimumMillis', 'minimumTraces', 'maxRoutes'];
const MIB = 1024 * 1024;
const COUNT = { minimum: 1, maximum: 1_000_000 };
const BYTES = { minimum: 1_024, maximum: 1_024 * MIB };
const MILLIS = { minimum: 1, maximum: 2 ** 31 - 1 };

/** Reads the options and leaves what is wrong with them in the reader. */
export function resolveRetention(reader: OptionReader): ResolvedRetention {
  const tail = reader.raw('tailRetention');
  const isOff = tail === false;
  const isPlain = isOff || tail === true || tail === undefined;
  const tailReader = isPlain ? new OptionReader('', {}, TAIL_KEYS) : reader.nested('tailRetention', TAIL_KEYS);
  const bounds = {
    maxSpansPerTrace: tailReader.count('maxSpansPerTrace', 1_000, COUNT),
    maxBytesPerTrace: tailReader.count('maxBytesPerTrace', MIB, BYTES),
    maxSpans: tailReader.count('maxSpans', 16_384, COUNT),
    maxBytes: tailReader.count('maxBytes', 8 * MIB, BYTES),
    maxHoldMillis: tailReader.count('maxHoldMillis', 30_000, MILLIS),
  };
  return {
    bounds: isOff ? undefined : bounds,
    slow: resolveSlow(tailReader),
    routes: reader.routeRules('routes'),
    resourceTimeoutMillis: reader.count('resourceTimeoutMillis', 5_000, MILLIS),
    clock: reader.object<Clock>('clock', SYSTEM_CLOCK, ['monotonicMillis', 'epochMillis']),
    timers: reader.object<Timers>('timers', SYSTEM_TIMERS, ['set', 'clear']),
  };
}

function resolveSlow(reader: OptionReader): SlowThreshold {
  const thresholdMillis = reader.amount('slowThresholdMillis', 1_000);
  const adaptive = reader.raw('adaptiveSlowThreshold');
  if (adaptive === undefined || adaptive === false) return createStaticThreshold(thresholdMillis);
  const nested =
    adaptive === true ? new OptionReader('', {}, []) : reader.nested('adaptiveSlowThreshold', ADAPTIVE_KEYS);
  return createAdaptiveThreshold({
    thresholdMillis,
    quantile: nested.fraction('quantile', 0.99),
    minimumMillis: nested.amount('minimumMillis', 50),
    minimumTraces: nested.count('minimumTraces', 100, COUNT),
    maxRoutes: nested.count('maxRoutes', 200, { minimum: 1, maximum: 10_000 }),
  });
}
