import { VIGIL_METRIC_NAME } from '../attribute.ts';
import type { Metric } from '../metric.ts';

export const VIGIL_METRIC_OVERFLOWS = {
  name: 'vigil.metric.overflows',
  unit: '{overflow}',
  kind: 'counter',
  attributes: [VIGIL_METRIC_NAME],
  description:
    'Times a metric had no room for another set of labels: what was measured is in its series otel.metric.overflow.',
  source: '@vigil/metrics',
} as const satisfies Metric;

export const METRIC_OVERFLOW_METRICS: readonly Metric[] = [VIGIL_METRIC_OVERFLOWS];
