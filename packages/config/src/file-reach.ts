import type { VigilConfig } from './file-schema.ts';

/** An objective with a burn-rate alert that can never fire. */
export interface UnreachableBurn {
  readonly path: readonly (string | number)[];
  readonly expected: string;
}

/**
 * Finds objectives so low that burning `factor` times faster than allowed would take more failures than there are
 * requests: 14.4 × the budget of 90 % is 144 % of all requests. Never throws.
 */
export function unreachableBurns({ services, alerting }: VigilConfig): UnreachableBurn[] {
  const factor = Math.max(...[...alerting.burnRates.page, ...alerting.burnRates.ticket].map((pair) => pair.factor));
  const lowest = Math.round((100 - 100 / factor) * 1000) / 1000;
  return services.flatMap(({ slo }, index) =>
    (['availability', 'latency'] as const).flatMap((kind) => {
      const objective = slo[kind]?.objective;
      if (objective === undefined || objective > lowest) return [];
      return [
        {
          path: ['services', index, 'slo', kind, 'objective'],
          expected: `more than ${lowest} (with a burn factor of ${factor} a lower objective could never alert)`,
        },
      ];
    }),
  );
}
