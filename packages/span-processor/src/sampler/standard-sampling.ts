import type { ConsistentSamplerOptions } from './sampler-options.ts';

/** Values of `OTEL_TRACES_SAMPLER`. */
export const STANDARD_SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type StandardSampler = (typeof STANDARD_SAMPLERS)[number];

/** Options that mean what a value of `OTEL_TRACES_SAMPLER` means. */
export interface StandardSampling {
  /** For `createConsistentSampler`. */
  readonly sampler: ConsistentSamplerOptions;
  /** For `ResilientSpanProcessor`: exactly what is sampled is exported, so there is nothing to retain. */
  readonly tailRetention: false;
}

/**
 * What `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG` ask for, as options: no route rules, no limit on trusted parents,
 * no tail retention. `ratio` counts for the `…traceidratio` samplers only. Never throws.
 */
export function standardSampling(name: StandardSampler, ratio = 1): StandardSampling {
  const rates: Record<string, number> = { always_on: 1, always_off: 0, traceidratio: ratio };
  const parentBased = name.startsWith('parentbased_');
  return {
    sampler: {
      ratio: rates[name.replace('parentbased_', '')] ?? ratio,
      parentBased,
      healthCheckRoutes: [],
      trustedParentsPerSecond: Number.POSITIVE_INFINITY,
      recordUnsampled: false,
    },
    tailRetention: false,
  };
}
