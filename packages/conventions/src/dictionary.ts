import { type Metric, promSeries } from './metric.ts';
import { DATABASE_METRICS } from './metrics/database.ts';
import { HTTP_METRICS } from './metrics/http.ts';
import { METRIC_OVERFLOW_METRICS } from './metrics/metric-overflow.ts';
import { NODE_RUNTIME_METRICS } from './metrics/node-runtime.ts';
import { OTEL_SDK_METRICS } from './metrics/otel-sdk.ts';
import { REDIS_METRICS } from './metrics/redis.ts';
import { ALERTMANAGER_METRICS } from './native/alertmanager.ts';
import { COLLECTOR_METRICS } from './native/collector.ts';
import type { NativeMetric } from './native/native-metric.ts';
import { PROMETHEUS_METRICS } from './native/prometheus.ts';

/** Series Prometheus makes of every pushed resource: one for each instance, its attributes as labels, its value always 1. */
export const TARGET_INFO = 'target_info';

/** Every metric that Vigil's applications emit. A rule, panel or page may name no other. */
export const METRICS: readonly Metric[] = [
  ...HTTP_METRICS,
  ...DATABASE_METRICS,
  ...NODE_RUNTIME_METRICS,
  ...OTEL_SDK_METRICS,
  ...REDIS_METRICS,
  ...METRIC_OVERFLOW_METRICS,
];

/** Metrics of the stack's own programs that rules and panels use. */
export const NATIVE_METRICS: readonly NativeMetric[] = [
  ...COLLECTOR_METRICS,
  ...PROMETHEUS_METRICS,
  ...ALERTMANAGER_METRICS,
];

/** Every series name that rules and panels may select, recording rules aside. */
export const DECLARED_SERIES: ReadonlySet<string> = new Set([
  TARGET_INFO,
  ...METRICS.flatMap(promSeries),
  ...NATIVE_METRICS.map(({ name }) => name),
]);
