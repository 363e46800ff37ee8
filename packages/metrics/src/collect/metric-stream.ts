import { ValueType } from '@opentelemetry/api';
import type { MetricData, MetricDescriptor } from '@opentelemetry/sdk-metrics';
import type { Metric } from '@vigil/conventions';
import type { Collection } from './reader.ts';

/** One metric as readers see it. */
export interface MetricStream {
  readonly metric: Metric;
  /** How often there was no room for another set of labels. */
  readonly refused: number;
  /**
   * Undefined where there are no points.
   *
   * @param errors takes what callbacks threw.
   */
  collect(collection: Collection, errors: unknown[]): MetricData | undefined;
}

/** Name, unit and description come from the dictionary only. */
export function descriptorOf({ name, unit, description }: Metric): MetricDescriptor {
  return { name, unit, description, valueType: ValueType.DOUBLE };
}

/** The points that there are. */
export function pointsOf<Series, Point>(
  all: readonly Series[],
  pointOf: (series: Series) => Point | undefined,
): Point[] {
  const points: Point[] = [];
  for (const series of all) {
    const point = pointOf(series);
    if (point !== undefined) points.push(point);
  }
  return points;
}
