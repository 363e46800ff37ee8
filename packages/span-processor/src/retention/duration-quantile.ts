/** Buckets a doubling: the answer is at most 19 % above the real quantile. */
const BUCKETS_A_DOUBLING = 4;
/** From 1 ms to 2¹⁶ ms (65 s); what is shorter or longer falls into the outermost bucket. */
const BUCKETS = 16 * BUCKETS_A_DOUBLING;
/** Then all counts are halved, so that what was long ago counts less and the sum stays bounded. */
const COUNT_MAXIMUM = 1_024;
/** The quantile is computed anew after this many durations. */
const REFRESH = 32;

/**
 * Streaming estimate of one quantile of durations in constant memory (256 bytes): a histogram with logarithmic buckets whose
 * counts fade. One `add` costs some nanoseconds.
 */
export class DurationQuantile {
  readonly #counts = new Uint32Array(BUCKETS);
  readonly #quantile: number;
  #total = 0;
  #untilRefresh = REFRESH;
  #estimateMillis = Number.NaN;

  /** @param quantile 0 to 1, as 0.99. */
  constructor(quantile: number) {
    this.#quantile = quantile;
  }

  /** How many durations the estimate rests on; older ones count less. */
  get count(): number {
    return this.#total;
  }

  /** Upper edge of the bucket the quantile lies in; NaN before the first 32 durations. */
  get millis(): number {
    return this.#estimateMillis;
  }

  add(millis: number): void {
    const bucket = millis > 1 ? Math.min(BUCKETS - 1, Math.floor(Math.log2(millis) * BUCKETS_A_DOUBLING)) : 0;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
    if (this.#total >= COUNT_MAXIMUM) this.#fade();
    this.#untilRefresh -= 1;
    if (this.#untilRefresh <= 0) this.#refresh();
  }

  #fade(): void {
    this.#total = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      const halved = (this.#counts[bucket] ?? 0) >>> 1;
      this.#counts[bucket] = halved;
      this.#total += halved;
    }
  }

  #refresh(): void {
    this.#untilRefresh = REFRESH;
    const wanted = Math.ceil(this.#total * this.#quantile);
    let below = 0;
    let bucket = 0;
    while (bucket < BUCKETS - 1) {
      below += this.#counts[bucket] ?? 0;
      if (below >= wanted) break;
      bucket += 1;
    }
    this.#estimateMillis = 2 ** ((bucket + 1) / BUCKETS_A_DOUBLING);
  }
}
