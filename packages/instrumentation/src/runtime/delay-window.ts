/** A bucket is at most 1/16 of its values wide: what is read is at most 6.25 % above what was recorded. */
const SUBDIVISION_BITS = 4;
const SUBDIVISIONS = 1 << SUBDIVISION_BITS;
/** 2³² µs are 71 minutes. */
const LONGEST_MICROS = 2 ** 32 - 1;
const BUCKETS = (32 - SUBDIVISION_BITS + 1) * SUBDIVISIONS;

const SLOT_MILLIS = 10_000;
/** Six full slots and the one that is being filled: 60 to 70 s, 13 KiB. */
const SLOTS = 7;

export interface DelaySummary {
  readonly count: number;
  readonly minMicros: number;
  readonly maxMicros: number;
  readonly meanMicros: number;
  readonly stddevMicros: number;
  readonly p50Micros: number;
  readonly p90Micros: number;
  readonly p99Micros: number;
}

interface Slot {
  /** Number of its 10 s since the clock's zero. */
  period: number;
  count: number;
  sum: number;
  sumOfSquares: number;
  min: number;
  max: number;
  readonly buckets: Uint32Array;
}

/**
 * Delays of the last minute. Every reader sees the whole minute and none resets it: a delay cannot be missed by one who collects at
 * least once in 60 s, and is seen more than once by one who collects more often.
 */
export class DelayWindow {
  readonly #slots: readonly Slot[] = Array.from({ length: SLOTS }, emptySlot);

  record(delayMicros: number, nowMillis: number): void {
    const micros = Math.min(Math.max(Math.round(delayMicros), 0), LONGEST_MICROS);
    const slot = this.#slotOf(Math.floor(nowMillis / SLOT_MILLIS));
    const bucket = bucketOf(micros);
    slot.buckets[bucket] = (slot.buckets[bucket] ?? 0) + 1;
    slot.count += 1;
    slot.sum += micros;
    slot.sumOfSquares += micros * micros;
    if (micros < slot.min) slot.min = micros;
    if (micros > slot.max) slot.max = micros;
  }

  /** @returns nothing while nothing was recorded. */
  summary(nowMillis: number): DelaySummary | undefined {
    const oldest = Math.floor(nowMillis / SLOT_MILLIS) - SLOTS + 1;
    const slots = this.#slots.filter(({ period, count }) => count > 0 && period >= oldest);
    const count = total(slots, (slot) => slot.count);
    if (count === 0) return undefined;
    const meanMicros = total(slots, (slot) => slot.sum) / count;
    const maxMicros = Math.max(...slots.map(({ max }) => max));
    const buckets = new Uint32Array(BUCKETS);
    for (const slot of slots) {
      for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
        buckets[bucket] = (buckets[bucket] ?? 0) + (slot.buckets[bucket] ?? 0);
      }
    }
    const quantile = (share: number) => Math.min(highestOf(bucketAt(buckets, Math.ceil(share * count))), maxMicros);
    return {
      count,
      minMicros: Math.min(...slots.map(({ min }) => min)),
      maxMicros,
      meanMicros,
      // Rounding may put the difference a little below 0.
      stddevMicros: Math.sqrt(Math.max(total(slots, (slot) => slot.sumOfSquares) / count - meanMicros ** 2, 0)),
      p50Micros: quantile(0.5),
      p90Micros: quantile(0.9),
      p99Micros: quantile(0.99),
    };
  }

  #slotOf(period: number): Slot {
    const slot = this.#slots[period % SLOTS] as Slot;
    if (slot.period !== period) {
      Object.assign(slot, { period, count: 0, sum: 0, sumOfSquares: 0, min: Number.POSITIVE_INFINITY, max: 0 });
      slot.buckets.fill(0);
    }
    return slot;
  }
}

function emptySlot(): Slot {
  const min = Number.POSITIVE_INFINITY;
  return { period: -1, count: 0, sum: 0, sumOfSquares: 0, min, max: 0, buckets: new Uint32Array(BUCKETS) };
}

/** Below 16 every number has its bucket; from there on every power of two has 16. */
function bucketOf(micros: number): number {
  if (micros < SUBDIVISIONS) return micros;
  const exponent = 31 - Math.clz32(micros);
  const shift = exponent - SUBDIVISION_BITS;
  return (shift + 1) * SUBDIVISIONS + ((micros >>> shift) & (SUBDIVISIONS - 1));
}

/** The highest number of a bucket. */
function highestOf(bucket: number): number {
  if (bucket < SUBDIVISIONS) return bucket;
  const shift = Math.floor(bucket / SUBDIVISIONS) - 1;
  return (SUBDIVISIONS + (bucket % SUBDIVISIONS) + 1) * 2 ** shift - 1;
}

function bucketAt(buckets: Uint32Array, rank: number): number {
  let seen = 0;
  for (let bucket = 0; bucket < buckets.length; bucket += 1) {
    seen += buckets[bucket] ?? 0;
    if (seen >= rank) return bucket;
  }
  return buckets.length - 1;
}

function total(slots: readonly Slot[], of: (slot: Slot) => number): number {
  return slots.reduce((sum, slot) => sum + of(slot), 0);
}
