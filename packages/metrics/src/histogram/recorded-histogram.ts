import type { Attributes, HrTime } from '@opentelemetry/api';
import { AggregationTemporality, type ExponentialHistogram, type Histogram } from '@opentelemetry/sdk-metrics';
import { hrTimeOf } from '../collect/hr-time.ts';
import type { Collection, Reader } from '../collect/reader.ts';
import type { PointWithExemplars } from '../exemplar/exemplar.ts';
import type { ExemplarBudget } from '../exemplar/exemplar-budget.ts';
import { ExemplarSlots } from '../exemplar/exemplar-slots.ts';
import type { ExemplarSpan, HistogramSeries } from '../metric-registry.ts';
import { ExponentialBuckets } from './exponential-buckets.ts';
import { HistogramShare } from './histogram-share.ts';

export interface HistogramOptions {
  /** Upper bounds of all buckets but the last, rising. */
  readonly boundaries: readonly number[];
  /** Keeps exponential buckets beside them. */
  readonly isExponential: boolean;
  readonly budget: ExemplarBudget;
  readonly startMillis: number;
}

/** One set of labels of a histogram. */
export class RecordedHistogram implements HistogramSeries {
  readonly attributes: Attributes;
  readonly #options: HistogramOptions;
  readonly #boundaries: readonly number[];
  // What stands here is of the time since anybody collected: all readers' shares get it then.
  readonly #counts: number[];
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  readonly #exponential: ExponentialBuckets | undefined;
  /** Most series of most processes never see a span. */
  #exemplars: ExemplarSlots | undefined;
  readonly #shares: HistogramShare[] = [];

  constructor(attributes: Attributes, options: HistogramOptions) {
    this.attributes = attributes;
    this.#options = options;
    this.#boundaries = options.boundaries;
    this.#counts = new Array(options.boundaries.length + 1).fill(0);
    this.#exponential = options.isExponential ? new ExponentialBuckets() : undefined;
  }

  /** As in the SDK, what is below 0 is not recorded: a sum that falls is a restart to Prometheus. */
  record(value: number, span?: ExemplarSpan): void {
    if (!Number.isFinite(value) || value < 0) return;
    const boundaries = this.#boundaries;
    let bucket = 0;
    let end = boundaries.length;
    while (bucket < end) {
      const middle = (bucket + end) >>> 1;
      if ((boundaries[middle] as number) < value) bucket = middle + 1;
      else end = middle;
    }
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    if (this.#exponential !== undefined) this.#exponential.record(value);
    if (span !== undefined) this.#offer(bucket, value, span);
  }

  /** Nothing where nothing was recorded: ever, or for deltas since the last time. */
  point(collection: Collection, temporality: AggregationTemporality): PointWithExemplars<Histogram> | undefined {
    return this.#collect(collection, temporality, (share, head) => share.explicitPoint(head, this.#boundaries));
  }

  /** Nothing either where exponential buckets are not kept. */
  exponentialPoint(
    collection: Collection,
    temporality: AggregationTemporality,
  ): PointWithExemplars<ExponentialHistogram> | undefined {
    return this.#collect(collection, temporality, (share, head) => share.exponentialPoint(head));
  }

  dropCandidates(): void {
    this.#exemplars?.take([0, 0], () => undefined);
  }

  #offer(bucket: number, value: number, span: ExemplarSpan): void {
    if (this.#exemplars === undefined) {
      const { budget } = this.#options;
      if (budget.limit === 0) return;
      this.#exemplars = new ExemplarSlots(this.#counts.length, budget);
    }
    this.#exemplars.offer(bucket, value, span);
  }

  #collect<Point>(
    { reader, readers, millis }: Collection,
    temporality: AggregationTemporality,
    pointOf: (share: HistogramShare, head: { attributes: Attributes; startTime: HrTime; endTime: HrTime }) => Point,
  ): Point | undefined {
    const endTime = hrTimeOf(millis);
    this.#hand(readers);
    if (reader.wantsExemplars) this.#handExemplars(endTime);
    const share = this.#shares[reader.index];
    if (share === undefined || share.count === 0) return undefined;
    const isDelta = temporality === AggregationTemporality.DELTA;
    const { startMillis } = this.#options;
    const startTime = hrTimeOf(Math.min(isDelta ? Math.max(startMillis, reader.lastMillis) : startMillis, millis));
    const point = pointOf(share, { attributes: this.attributes, startTime, endTime });
    if (isDelta) share.clear();
    return point;
  }

  #hand(readers: readonly Reader[]): void {
    const counts = this.#counts;
    for (let i = this.#shares.length; i < readers.length; i++) {
      const { isExponential, wantsExemplars } = readers[i] as Reader;
      this.#shares.push(
        new HistogramShare(counts.length, isExponential && this.#exponential !== undefined, wantsExemplars),
      );
    }
    // Nothing has been recorded since.
    if (this.#max < this.#min) return;
    for (const share of this.#shares) share.add(counts, this.#sum, this.#min, this.#max, this.#exponential);
    counts.fill(0);
    this.#sum = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
    this.#exponential?.clear();
  }

  #handExemplars(collected: HrTime): void {
    this.#exemplars?.take(collected, (bucket, exemplar) => {
      for (const share of this.#shares) share.addExemplar(bucket, exemplar);
    });
  }
}
