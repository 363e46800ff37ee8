import type { RegistryProducer } from '@vigil/metrics';

/** A collected histogram, as far as the tests look. */
export interface CollectedHistogram {
  readonly count: number;
  readonly sum?: number;
  readonly buckets: { readonly boundaries: readonly number[]; readonly counts: readonly number[] };
}

/** One collection: by metric name, the values by their labels in one word: `user`, or nothing for no labels. */
export function collected<Value = number>(producer: RegistryProducer): Record<string, Record<string, Value>> {
  const metrics = producer.collectNow().flatMap((scope) => scope.metrics);
  return Object.fromEntries(
    metrics.map(({ descriptor, dataPoints }) => [
      descriptor.name,
      Object.fromEntries(dataPoints.map(({ attributes, value }) => [Object.values(attributes).join(), value as Value])),
    ]),
  );
}
