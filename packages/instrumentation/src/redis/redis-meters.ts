import {
  DB_CLIENT_OPERATION_DURATION,
  type Metric,
  VIGIL_REDIS_BATCH_SIZE,
  VIGIL_REDIS_CONNECTION_ERRORS,
  VIGIL_REDIS_CONNECTION_RECONNECTS,
  VIGIL_REDIS_LOOKUPS,
} from '@vigil/conventions';
import type { HistogramSeries, LabelValue, MetricRegistry, SeriesOf, SumSeries } from '@vigil/metrics';

/** The metrics that commands and connections write to. */
export interface RedisMeters {
  readonly duration: SeriesOf<HistogramSeries>;
  readonly batchSize: SeriesOf<HistogramSeries>;
  readonly lookups: SeriesOf<SumSeries>;
  readonly reconnects: SeriesOf<SumSeries>;
  readonly connectionErrors: SeriesOf<SumSeries>;
}

export function redisMeters(metrics: MetricRegistry): RedisMeters {
  return {
    duration: metrics.histogram(DB_CLIENT_OPERATION_DURATION),
    batchSize: metrics.histogram(VIGIL_REDIS_BATCH_SIZE),
    lookups: metrics.counter(VIGIL_REDIS_LOOKUPS),
    reconnects: metrics.counter(VIGIL_REDIS_CONNECTION_RECONNECTS),
    connectionErrors: metrics.counter(VIGIL_REDIS_CONNECTION_ERRORS),
  };
}

/** Values in the order in which the dictionary names a metric's attributes; whoever adds an attribute there breaks nothing here. */
export function labelsOf(metric: Metric, values: Readonly<Record<string, LabelValue>>): LabelValue[] {
  return metric.attributes.map((attribute) => values[attribute]);
}
