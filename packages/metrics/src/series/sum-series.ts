import type { Attributes } from '@opentelemetry/api';
import { AggregationTemporality, type DataPoint } from '@opentelemetry/sdk-metrics';
import { hrTimeOf } from '../collect/hr-time.ts';
import type { Collection } from '../collect/reader.ts';
import type { SumSeries } from '../metric-registry.ts';

/** What one reader has of a sum. */
interface SumShare {
  value: number;
  isTouched: boolean;
}

/** One set of labels of a counter or an up-down counter. */
export class RecordedSum implements SumSeries {
  readonly attributes: Attributes;
  readonly #isMonotonic: boolean;
  readonly #startMillis: number;
  /** Since anybody collected. */
  #value = 0;
  #isTouched = false;
  readonly #shares: SumShare[] = [];

  constructor(attributes: Attributes, isMonotonic: boolean, startMillis: number) {
    this.attributes = attributes;
    this.#isMonotonic = isMonotonic;
    this.#startMillis = startMillis;
  }

  add(value: number): void {
    if (!Number.isFinite(value) || (value < 0 && this.#isMonotonic)) return;
    this.#value += value;
    this.#isTouched = true;
  }

  /** Nothing where nothing was added: ever, or for deltas since the last time. */
  point(collection: Collection, temporality: AggregationTemporality): DataPoint<number> | undefined {
    this.#hand(collection.readers.length);
    const { reader, millis } = collection;
    const share = this.#shares[reader.index];
    if (share === undefined || !share.isTouched) return undefined;
    const { value } = share;
    let startMillis = this.#startMillis;
    if (temporality === AggregationTemporality.DELTA) {
      startMillis = Math.max(startMillis, reader.lastMillis);
      share.value = 0;
      share.isTouched = false;
    }
    const startTime = hrTimeOf(Math.min(startMillis, millis));
    return { attributes: this.attributes, startTime, endTime: hrTimeOf(millis), value };
  }

  #hand(readers: number): void {
    while (this.#shares.length < readers) this.#shares.push({ value: 0, isTouched: false });
    if (!this.#isTouched) return;
    for (const share of this.#shares) {
      share.value += this.#value;
      share.isTouched = true;
    }
    this.#value = 0;
    this.#isTouched = false;
  }
}
