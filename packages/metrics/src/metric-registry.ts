import type { Metric } from '@vigil/conventions';

/** Value of an attribute; undefined: the point does not have it. */
export type LabelValue = string | number | boolean | undefined;

/** What is asked of a span that an exemplar may point to. Light spans fit. */
export interface ExemplarSpan {
  /** Its trace was sent: only then is an exemplar of it published. */
  readonly isKept: boolean;
  readonly traceId: string;
  readonly spanId: string;
  /** Its end, which is the exemplar's time; 0 or missing: it has not ended. */
  readonly endSeconds?: number;
  readonly endNanos?: number;
}

/** One set of labels of a histogram: keep it, so that recording looks nothing up. */
export interface HistogramSeries {
  /** Never throws; what is no finite number is not recorded. */
  record(value: number, span?: ExemplarSpan): void;
}

/** One set of labels of a counter or an up-down counter. */
export interface SumSeries {
  /** Never throws; a counter takes nothing below 0. */
  add(value: number): void;
}

/** A metric whose series are found by their labels, in the order of the dictionary's `attributes`. */
export interface SeriesOf<Series> {
  /** The same series for the same labels; the overflow series beyond the metric's limit. Never throws. */
  series(...labels: readonly LabelValue[]): Series;
}

/** Called when metrics are collected: gives each value with its labels, at once. */
export type Observe = (give: (value: number, ...labels: readonly LabelValue[]) => void) => void;

/** Metrics of the hot path, by their entries of the dictionary. The same object for the same entry. No method throws. */
export interface MetricRegistry {
  histogram(metric: Metric): SeriesOf<HistogramSeries>;
  counter(metric: Metric): SeriesOf<SumSeries>;
  upDownCounter(metric: Metric): SeriesOf<SumSeries>;
  /**
   * A metric of any kind but histogram that is read when it is collected. Sums are given as their total. Several callbacks of one
   * metric add up to its points; one that throws gives nothing this time.
   *
   * @returns takes the callback away.
   */
  observe(metric: Metric, callback: Observe): () => void;
}
