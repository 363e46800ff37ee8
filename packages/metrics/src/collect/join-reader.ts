import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { CollectableMetricRegistry } from '../create-metric-registry.ts';

/**
 * Lets a reader that somebody else has made collect the registry as well: to be called before the reader is given to a
 * `MeterProvider`. Whoever makes the reader passes a producer of the registry as `metricProducers` instead.
 */
export function joinReader(reader: IMetricReader, registry: CollectableMetricRegistry): void {
  const own = registry.producer({
    selectAggregationTemporality: (instrumentType) => reader.selectAggregationTemporality(instrumentType),
  });
  const setMetricProducer = reader.setMetricProducer.bind(reader);
  reader.setMetricProducer = (sdk) =>
    setMetricProducer({
      collect: async (options) => {
        const [theirs, ours] = await Promise.all([sdk.collect(options), own.collect()]);
        const { resource, scopeMetrics } = theirs.resourceMetrics;
        return {
          resourceMetrics: { resource, scopeMetrics: [...scopeMetrics, ...ours.resourceMetrics.scopeMetrics] },
          errors: [...theirs.errors, ...ours.errors],
        };
      },
    });
}
