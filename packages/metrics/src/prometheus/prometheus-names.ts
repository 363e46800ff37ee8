import type { Attributes } from '@opentelemetry/api';
import { type DataPoint, DataPointType, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { type Metric, promLabel, promName } from '@vigil/conventions';

/**
 * The same metrics under the names that Prometheus gives them when they are pushed: OpenTelemetry's exporter leaves the unit out, so
 * that a dashboard for the one would find nothing of the other. From name, unit and kind only, so for the application's own metrics
 * too. Never throws; changes nothing it is given.
 */
export function prometheusNamed({ resource, scopeMetrics }: ResourceMetrics): ResourceMetrics {
  return {
    resource,
    scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({ scope, metrics: metrics.map(named) })),
  };
}

function named(data: MetricData): MetricData {
  const { name, unit } = data.descriptor;
  const metric = { name, unit, kind: kindOf(data), attributes: [], description: '', source: '' };
  const dataPoints = (data.dataPoints as DataPoint<unknown>[]).map(labelled);
  return { ...data, descriptor: { ...data.descriptor, name: promName(metric) }, dataPoints } as MetricData;
}

function kindOf(data: MetricData): Metric['kind'] {
  if (data.dataPointType === DataPointType.GAUGE) return 'gauge';
  if (data.dataPointType !== DataPointType.SUM) return 'histogram';
  return data.isMonotonic ? 'counter' : 'updowncounter';
}

/** A label that opens with a digit makes Prometheus refuse the whole page; most points have none. */
function labelled(point: DataPoint<unknown>): DataPoint<unknown> {
  const keys = Object.keys(point.attributes);
  if (keys.every((key) => /^[a-zA-Z]/.test(key))) return point;
  const attributes: Attributes = Object.fromEntries(keys.map((key) => [promLabel(key), point.attributes[key]]));
  return { ...point, attributes };
}
