import type { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { GrowingMessage } from './growing-message.ts';
import {
  type ExplicitValue,
  type ExponentialValue,
  type MetricPoint,
  writeExplicitPoint,
  writeExponentialPoint,
  writeNumberPoint,
} from './metric-point.ts';

export type ResourceMetrics = Parameters<typeof ProtobufMetricsSerializer.serializeRequest>[0];
export type ScopeMetrics = ResourceMetrics['scopeMetrics'][number];
type Metric = ScopeMetrics['metrics'][number];

/** The SDK's `DataPointType`, of which only its types are a dependency. */
const [EXPLICIT, EXPONENTIAL, GAUGE, SUM] = [0, 1, 2, 3];
/** The SDK's `AggregationTemporality.DELTA`; OTLP counts from unspecified. */
const DELTA = 0;
const [OTLP_DELTA, OTLP_CUMULATIVE] = [1, 2];

/**
 * An `ExportMetricsServiceRequest` as upstream's serializer writes it, and exemplars, which that does not know. Requests may be
 * concatenated: the result holds the resources of both. May throw what attributes of the application throw.
 */
export function encodeMetricsRequest({ resource, scopeMetrics }: ResourceMetrics): Uint8Array {
  const message = new GrowingMessage();
  const resourceMetrics = message.open(1);
  const head = message.open(1);
  message.attributes(1, resource.attributes);
  message.close(head);
  for (const scope of scopeMetrics) writeScope(message, scope);
  if (resource.schemaUrl) message.text(3, resource.schemaUrl);
  message.close(resourceMetrics);
  return message.finish();
}

function writeScope(message: GrowingMessage, { scope, metrics }: ScopeMetrics): void {
  const scopeMetrics = message.open(2);
  const head = message.open(1);
  message.text(1, scope.name);
  if (scope.version) message.text(2, scope.version);
  message.close(head);
  for (const metric of metrics) {
    const start = message.open(2);
    writeMetric(message, metric);
    message.close(start);
  }
  if (scope.schemaUrl) message.text(3, scope.schemaUrl);
  message.close(scopeMetrics);
}

function writeMetric(message: GrowingMessage, metric: Metric): void {
  const { name, description, unit, valueType } = metric.descriptor;
  message.text(1, name);
  if (description) message.text(2, description);
  if (unit) message.text(3, unit);
  const type: number = metric.dataPointType;
  if (type === GAUGE || type === SUM) {
    const data = message.open(type === GAUGE ? 5 : 7);
    for (const point of metric.dataPoints as MetricPoint<number>[]) {
      within(message, () => writeNumberPoint(message, point, valueType));
    }
    if (type === SUM) writeTemporality(message, metric);
    if (type === SUM && (metric as { readonly isMonotonic: boolean }).isMonotonic) message.varint(3, 1);
    message.close(data);
  } else if (type === EXPLICIT || type === EXPONENTIAL) {
    const data = message.open(type === EXPLICIT ? 9 : 10);
    for (const point of metric.dataPoints as MetricPoint<unknown>[]) {
      within(message, () =>
        type === EXPLICIT
          ? writeExplicitPoint(message, point as MetricPoint<ExplicitValue>)
          : writeExponentialPoint(message, point as MetricPoint<ExponentialValue>),
      );
    }
    writeTemporality(message, metric);
    message.close(data);
  }
}

/** A data point: field 1 of every kind. */
function within(message: GrowingMessage, write: () => void): void {
  const point = message.open(1);
  write();
  message.close(point);
}

function writeTemporality(message: GrowingMessage, { aggregationTemporality }: Metric): void {
  message.varint(2, (aggregationTemporality as number) === DELTA ? OTLP_DELTA : OTLP_CUMULATIVE);
}
