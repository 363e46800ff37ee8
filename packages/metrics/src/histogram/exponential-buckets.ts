import { exponentialIndex, MAX_SCALE } from './exponential-index.ts';

/** Buckets at most: the SDK's default. */
const BUCKETS_MAXIMUM = 160;

/**
 * Counts of numbers from 0 on in exponential buckets, as fine as the bound of their number allows: the scale goes down when numbers
 * that lie further apart come.
 */
export class ExponentialBuckets {
  zeroCount = 0;
  readonly #maximum: number;
  /** A ring: the bucket of an index stands at its lowest bits, which are of use for indexes below 0 too. */
  readonly #ring: number[];
  readonly #mask: number;
  #scale = MAX_SCALE;
  /** First and last index that hold something; nothing does while the last is before the first. */
  #first = 0;
  #last = -1;

  /** @param maximum at least 2. */
  constructor(maximum = BUCKETS_MAXIMUM) {
    this.#maximum = maximum;
    const length = 2 ** Math.ceil(Math.log2(maximum));
    this.#ring = new Array(length).fill(0);
    this.#mask = length - 1;
  }

  /** As the SDK says it: 0 where there are only zeros. */
  get scale(): number {
    return this.#last < this.#first ? 0 : this.#scale;
  }

  /** Index of the first count. */
  get offset(): number {
    return this.#last < this.#first ? 0 : this.#first;
  }

  /** @param value from 0 on. */
  record(value: number): void {
    if (value === 0) {
      this.zeroCount += 1;
      return;
    }
    const index = exponentialIndex(value, this.#scale);
    if (index >= this.#first && index <= this.#last) {
      const at = index & this.#mask;
      this.#ring[at] = (this.#ring[at] as number) + 1;
      return;
    }
    const change = this.#changeFor(index, index);
    if (change === 0) {
      this.#count(index, 1);
      return;
    }
    this.#coarsen(change);
    // Anew, not shifted: near a bound the logarithm at this scale decides.
    this.#count(exponentialIndex(value, this.#scale), 1);
  }

  merge(other: ExponentialBuckets): void {
    this.zeroCount += other.zeroCount;
    if (other.#last < other.#first) return;
    if (this.#last < this.#first) this.#scale = other.#scale;
    else if (this.#scale > other.#scale) this.#coarsen(this.#scale - other.#scale);
    let shift = other.#scale - this.#scale;
    const change = this.#changeFor(other.#first >> shift, other.#last >> shift);
    this.#coarsen(change);
    shift += change;
    for (let index = other.#first; index <= other.#last; index++) {
      const count = other.#ring[index & other.#mask] as number;
      if (count > 0) this.#count(index >> shift, count);
    }
  }

  /** From the first index on. */
  counts(): number[] {
    const counts: number[] = [];
    for (let index = this.#first; index <= this.#last; index++) {
      counts.push(this.#ring[index & this.#mask] as number);
    }
    return counts;
  }

  clear(): void {
    this.zeroCount = 0;
    this.#ring.fill(0);
    this.#scale = MAX_SCALE;
    this.#first = 0;
    this.#last = -1;
  }

  #count(index: number, by: number): void {
    if (this.#last < this.#first) {
      this.#first = index;
      this.#last = index;
    } else if (index < this.#first) this.#first = index;
    else if (index > this.#last) this.#last = index;
    const at = index & this.#mask;
    this.#ring[at] = (this.#ring[at] as number) + by;
  }

  /** How much coarser the buckets must be for these to have room as well. */
  #changeFor(first: number, last: number): number {
    const isEmpty = this.#last < this.#first;
    let low = isEmpty || first < this.#first ? first : this.#first;
    let high = isEmpty || last > this.#last ? last : this.#last;
    let change = 0;
    while (high - low >= this.#maximum) {
      low >>= 1;
      high >>= 1;
      change += 1;
    }
    return change;
  }

  /** Each step makes one bucket of two. */
  #coarsen(change: number): void {
    if (change === 0) return;
    this.#scale -= change;
    if (this.#last < this.#first) return;
    const [first, counts] = [this.#first, this.counts()];
    this.#ring.fill(0);
    this.#last = this.#first - 1;
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i] as number;
      if (count > 0) this.#count((first + i) >> change, count);
    }
  }
}
