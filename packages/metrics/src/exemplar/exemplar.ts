import type { HrTime } from '@opentelemetry/api';
import type { DataPoint } from '@opentelemetry/sdk-metrics';

/** One measurement of a bucket, with the span that was measured: that one's trace was sent. */
export interface Exemplar {
  readonly value: number;
  readonly time: HrTime;
  readonly traceId: string;
  readonly spanId: string;
}

/** A point of the SDK's shape with what the SDK has no place for. */
export interface PointWithExemplars<Value> extends DataPoint<Value> {
  readonly exemplars?: readonly Exemplar[];
}
