import type { Clock, Random } from '@vigil/otlp-exporter/core';
import { OptionReader } from '../option-reader.ts';
import { HEALTH_CHECK_ROUTES, type RouteRule } from '../route/route-rule.ts';
import { SYSTEM_CLOCK } from '../system-clock.ts';

export interface ConsistentSamplerOptions {
  /** Share of traces that begin here and are sampled, 0 (none) to 1 (all). Default: 0.1. */
  readonly ratio?: number;
  /** Whether a parent's decision is taken over; `false` decides every trace by `ratio` alone. Default: true. */
  readonly parentBased?: boolean;
  /** Rates by route, first match wins; asked before the health checks. At most 1,000. Default: none. */
  readonly routes?: readonly RouteRule[];
  /** Routes whose rate is 0; an empty list treats health checks as everything else. Default: the usual names. */
  readonly healthCheckRoutes?: readonly string[];
  /**
   * How many traces a second are sampled because the caller's flag says so; beyond that the flag counts as absent. 0 trusts
   * nobody, `Infinity` everybody. Default: 100.
   */
  readonly trustedParentsPerSecond?: number;
  /** Whether spans that are not sampled are recorded, so that errors and slow traces can be retained. Default: true. */
  readonly recordUnsampled?: boolean;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Default: `Math.random`. */
  readonly random?: Random;
}

export type ResolvedSamplerOptions = Required<Omit<ConsistentSamplerOptions, 'healthCheckRoutes'>>;

const RATIO = 0.1;
const TRUSTED_PARENTS_PER_SECOND = 100;

/** @throws TypeError that names every bad option. */
export function resolveSamplerOptions(options: ConsistentSamplerOptions): ResolvedSamplerOptions {
  const reader = new OptionReader('createConsistentSampler', options, [
    'ratio',
    'parentBased',
    'routes',
    'healthCheckRoutes',
    'trustedParentsPerSecond',
    'recordUnsampled',
    'clock',
    'random',
  ]);
  const resolved: ResolvedSamplerOptions = {
    ratio: reader.fraction('ratio', RATIO),
    parentBased: reader.flag('parentBased', true),
    routes: [
      ...reader.routeRules('routes'),
      ...reader.texts('healthCheckRoutes', HEALTH_CHECK_ROUTES).map((route) => ({ route, ratio: 0 })),
    ],
    trustedParentsPerSecond: reader.amount('trustedParentsPerSecond', TRUSTED_PARENTS_PER_SECOND),
    recordUnsampled: reader.flag('recordUnsampled', true),
    clock: reader.object<Clock>('clock', SYSTEM_CLOCK, ['monotonicMillis', 'epochMillis']),
    random: reader.callback<Random>('random', Math.random),
  };
  reader.throwIfAny();
  return resolved;
}
