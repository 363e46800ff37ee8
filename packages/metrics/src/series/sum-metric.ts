import { DataPointType, InstrumentType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { Metric } from '@vigil/conventions';
import { descriptorOf, type MetricStream, pointsOf } from '../collect/metric-stream.ts';
import type { Collection } from '../collect/reader.ts';
import type { LabelValue, SeriesOf, SumSeries } from '../metric-registry.ts';
import { SeriesTree } from './series-tree.ts';
import { RecordedSum } from './sum-series.ts';

export interface SumMetricOptions {
  readonly cardinalityLimit: number;
  /** Epoch. */
  readonly nowMillis: () => number;
}

/** A counter or an up-down counter with all its series. */
export class SumMetric implements SeriesOf<SumSeries>, MetricStream {
  readonly metric: Metric;
  readonly #tree: SeriesTree<RecordedSum>;
  readonly #isMonotonic: boolean;

  constructor(metric: Metric, isMonotonic: boolean, { cardinalityLimit, nowMillis }: SumMetricOptions) {
    this.metric = metric;
    this.#isMonotonic = isMonotonic;
    this.#tree = new SeriesTree({
      keys: metric.attributes,
      limit: cardinalityLimit,
      create: (attributes) => new RecordedSum(attributes, isMonotonic, nowMillis()),
    });
  }

  get refused(): number {
    return this.#tree.refused;
  }

  series(...labels: readonly LabelValue[]): SumSeries {
    return this.#tree.at(labels);
  }

  collect(collection: Collection): MetricData | undefined {
    const isMonotonic = this.#isMonotonic;
    const instrument = isMonotonic ? InstrumentType.COUNTER : InstrumentType.UP_DOWN_COUNTER;
    const aggregationTemporality = collection.reader.temporality(instrument);
    const dataPoints = pointsOf(this.#tree.all, (series) => series.point(collection, aggregationTemporality));
    if (dataPoints.length === 0) return undefined;
    const descriptor = descriptorOf(this.metric);
    return { descriptor, aggregationTemporality, dataPointType: DataPointType.SUM, dataPoints, isMonotonic };
  }
}
