import { DataPointType, InstrumentType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { Metric } from '@vigil/conventions';
import { descriptorOf, type MetricStream, pointsOf } from '../collect/metric-stream.ts';
import type { Collection } from '../collect/reader.ts';
import type { ExemplarBudget } from '../exemplar/exemplar-budget.ts';
import type { HistogramSeries, LabelValue, SeriesOf } from '../metric-registry.ts';
import { SeriesTree } from '../series/series-tree.ts';
import { RecordedHistogram } from './recorded-histogram.ts';

/** For durations in seconds, from 1 ms to 10 s: twice a decade and a little more where most requests are. */
const DEFAULT_BOUNDARIES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export interface HistogramMetricOptions {
  readonly cardinalityLimit: number;
  readonly isExponential: boolean;
  readonly budget: ExemplarBudget;
  /** Epoch. */
  readonly nowMillis: () => number;
}

/** A histogram with all its series. */
export class HistogramMetric implements SeriesOf<HistogramSeries>, MetricStream {
  readonly metric: Metric;
  readonly #tree: SeriesTree<RecordedHistogram>;
  readonly #isExponential: boolean;

  constructor(metric: Metric, { cardinalityLimit, isExponential, budget, nowMillis }: HistogramMetricOptions) {
    this.metric = metric;
    this.#isExponential = isExponential;
    const boundaries = metric.boundaries ?? DEFAULT_BOUNDARIES;
    this.#tree = new SeriesTree({
      keys: metric.attributes,
      limit: cardinalityLimit,
      create: (attributes) =>
        new RecordedHistogram(attributes, { boundaries, isExponential, budget, startMillis: nowMillis() }),
    });
  }

  get refused(): number {
    return this.#tree.refused;
  }

  series(...labels: readonly LabelValue[]): HistogramSeries {
    return this.#tree.at(labels);
  }

  /** Lets go of all spans without an exemplar of any. */
  dropCandidates(): void {
    for (const series of this.#tree.all) series.dropCandidates();
  }

  collect(collection: Collection): MetricData | undefined {
    const { all } = this.#tree;
    const aggregationTemporality = collection.reader.temporality(InstrumentType.HISTOGRAM);
    const head = { descriptor: descriptorOf(this.metric), aggregationTemporality };
    if (collection.reader.isExponential && this.#isExponential) {
      const dataPoints = pointsOf(all, (series) => series.exponentialPoint(collection, aggregationTemporality));
      return dataPoints.length > 0
        ? { ...head, dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM, dataPoints }
        : undefined;
    }
    const dataPoints = pointsOf(all, (series) => series.point(collection, aggregationTemporality));
    return dataPoints.length > 0 ? { ...head, dataPointType: DataPointType.HISTOGRAM, dataPoints } : undefined;
  }
}
