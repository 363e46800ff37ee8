import type { DataPoint, ExponentialHistogram, Histogram } from '@opentelemetry/sdk-metrics';
import type { Exemplar, PointWithExemplars } from '../exemplar/exemplar.ts';
import { ExponentialBuckets } from './exponential-buckets.ts';

type Head = Pick<DataPoint<unknown>, 'attributes' | 'startTime' | 'endTime'>;

/** What one reader has of a histogram's series. */
export class HistogramShare {
  count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  readonly #counts: number[];
  readonly #exponential: ExponentialBuckets | undefined;
  /** By bucket, where the reader wants them. */
  readonly #exemplars: (Exemplar | undefined)[] | undefined;

  constructor(buckets: number, isExponential: boolean, wantsExemplars: boolean) {
    this.#counts = new Array(buckets).fill(0);
    this.#exponential = isExponential ? new ExponentialBuckets() : undefined;
    this.#exemplars = wantsExemplars ? [] : undefined;
  }

  /** @param exponential the same measurements in exponential buckets, where these are kept. */
  add(counts: readonly number[], sum: number, min: number, max: number, exponential?: ExponentialBuckets): void {
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i] as number;
      this.count += count;
      this.#counts[i] = (this.#counts[i] as number) + count;
    }
    this.#sum += sum;
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
    if (exponential !== undefined) this.#exponential?.merge(exponential);
  }

  addExemplar(bucket: number, exemplar: Exemplar): void {
    if (this.#exemplars !== undefined) this.#exemplars[bucket] = exemplar;
  }

  explicitPoint(head: Head, boundaries: readonly number[]): PointWithExemplars<Histogram> {
    const buckets = { boundaries: [...boundaries], counts: [...this.#counts] };
    return this.#point(head, { buckets, sum: this.#sum, count: this.count, min: this.#min, max: this.#max });
  }

  exponentialPoint(head: Head): PointWithExemplars<ExponentialHistogram> | undefined {
    if (this.#exponential === undefined) return undefined;
    const { scale, zeroCount, offset } = this.#exponential;
    return this.#point(head, {
      count: this.count,
      sum: this.#sum,
      scale,
      zeroCount,
      positive: { offset, bucketCounts: this.#exponential.counts() },
      negative: { offset: 0, bucketCounts: [] },
      min: this.#min,
      max: this.#max,
    });
  }

  /** As if nothing had been measured. */
  clear(): void {
    this.count = 0;
    this.#sum = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
    this.#counts.fill(0);
    this.#exponential?.clear();
  }

  /** Each exemplar is given once. */
  #point<Value>(head: Head, value: Value): PointWithExemplars<Value> {
    const exemplars = this.#exemplars?.filter((exemplar) => exemplar !== undefined) ?? [];
    if (exemplars.length === 0) return { ...head, value };
    if (this.#exemplars !== undefined) this.#exemplars.length = 0;
    return { ...head, value, exemplars };
  }
}
