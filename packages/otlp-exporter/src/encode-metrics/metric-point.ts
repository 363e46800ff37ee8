import { ValueType } from '@opentelemetry/api';
import type { GrowingMessage } from './growing-message.ts';

type Time = readonly [seconds: number, nanos: number];

/** One measurement, with the span that was measured. */
export interface PointExemplar {
  readonly value: number;
  readonly time: Time;
  readonly traceId: string;
  readonly spanId: string;
}

/** A point of OpenTelemetry's metrics SDK, with what that has no place for. */
export interface MetricPoint<Value> {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly startTime: Time;
  readonly endTime: Time;
  readonly value: Value;
  readonly exemplars?: readonly PointExemplar[];
}

interface Extent {
  readonly count: number;
  readonly sum?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

export interface ExplicitValue extends Extent {
  readonly buckets: { readonly boundaries: readonly number[]; readonly counts: readonly number[] };
}

interface Buckets {
  readonly offset: number;
  readonly bucketCounts: readonly number[];
}

export interface ExponentialValue extends Extent {
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: Buckets;
  readonly negative: Buckets;
}

// Field numbers are those of opentelemetry-proto 1.x, metrics.proto.

/** `NumberDataPoint`. */
export function writeNumberPoint(message: GrowingMessage, point: MetricPoint<number>, valueType: ValueType): void {
  writeTimes(message, point);
  if (valueType === ValueType.INT) message.sfixed64(6, point.value);
  else message.double(4, point.value);
  writeExemplars(message, 5, point.exemplars);
  message.attributes(7, point.attributes);
}

/** `HistogramDataPoint`. */
export function writeExplicitPoint(message: GrowingMessage, point: MetricPoint<ExplicitValue>): void {
  const { count, sum, min, max, buckets } = point.value;
  writeTimes(message, point);
  message.fixed64(4, count);
  if (sum !== undefined) message.double(5, sum);
  if (buckets.counts.length > 0) {
    const counts = message.open(6);
    for (const bucket of buckets.counts) message.bareFixed64(bucket);
    message.close(counts);
  }
  if (buckets.boundaries.length > 0) {
    const boundaries = message.open(7);
    for (const boundary of buckets.boundaries) message.bareDouble(boundary);
    message.close(boundaries);
  }
  writeExemplars(message, 8, point.exemplars);
  message.attributes(9, point.attributes);
  if (min !== undefined) message.double(11, min);
  if (max !== undefined) message.double(12, max);
}

/** `ExponentialHistogramDataPoint`. */
export function writeExponentialPoint(message: GrowingMessage, point: MetricPoint<ExponentialValue>): void {
  const { count, sum, min, max, scale, zeroCount, positive, negative } = point.value;
  message.attributes(1, point.attributes);
  writeTimes(message, point);
  message.fixed64(4, count);
  if (sum !== undefined) message.double(5, sum);
  if (scale !== 0) message.sint32(6, scale);
  message.fixed64(7, zeroCount);
  writeBuckets(message, 8, positive);
  writeBuckets(message, 9, negative);
  writeExemplars(message, 11, point.exemplars);
  if (min !== undefined) message.double(12, min);
  if (max !== undefined) message.double(13, max);
}

function writeTimes(message: GrowingMessage, { startTime, endTime }: MetricPoint<unknown>): void {
  message.time(2, startTime);
  message.time(3, endTime);
}

function writeBuckets(message: GrowingMessage, field: number, { offset, bucketCounts }: Buckets): void {
  const buckets = message.open(field);
  if (offset !== 0) message.sint32(1, offset);
  if (bucketCounts.length > 0) {
    const counts = message.open(2);
    for (const count of bucketCounts) message.bareVarint(count);
    message.close(counts);
  }
  message.close(buckets);
}

/** One whose ids are none is left out: nobody could follow it. */
function writeExemplars(message: GrowingMessage, field: number, exemplars: readonly PointExemplar[] = []): void {
  for (const { value, time, traceId, spanId } of exemplars) {
    const before = message.length;
    const exemplar = message.open(field);
    message.time(2, time);
    message.double(3, value);
    if (message.id(4, spanId, 8) && message.id(5, traceId, 16)) message.close(exemplar);
    else message.cut(before);
  }
}
