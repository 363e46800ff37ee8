import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

export interface LatencySummary {
  readonly count: number;
  readonly p50Millis: number;
  readonly p95Millis: number;
  readonly p99Millis: number;
  readonly maxMillis: number;
}

export interface RequestSummary {
  readonly requests: number;
  readonly succeeded: number;
  /** 4xx: the shop refused, for example because of its rate limit or an empty stock. */
  readonly refused: number;
  /** 5xx: the shop failed. */
  readonly failed: number;
  /** No answer: refused or broken connections and timeouts. */
  readonly unanswered: number;
  readonly latency: LatencySummary;
}

// Microseconds in three significant digits: constant memory, however long the run is.
const HIGHEST_MICROS = 120_000_000;

export class LatencyTally {
  readonly #histogram: RecordableHistogram = createHistogram({ lowest: 1, highest: HIGHEST_MICROS, figures: 3 });

  record(millis: number): void {
    this.#histogram.record(Math.min(HIGHEST_MICROS, Math.max(1, Math.round(millis * 1_000))));
  }

  add(other: LatencyTally): void {
    this.#histogram.add(other.#histogram);
  }

  /** All zero when nothing was recorded. */
  summary(): LatencySummary {
    const count = this.#histogram.count;
    const at = (percentile: number) => (count === 0 ? 0 : toMillis(this.#histogram.percentile(percentile)));
    return {
      count,
      p50Millis: at(50),
      p95Millis: at(95),
      p99Millis: at(99),
      maxMillis: count === 0 ? 0 : toMillis(this.#histogram.max),
    };
  }
}

export class RequestTally {
  readonly #latency = new LatencyTally();
  #succeeded = 0;
  #refused = 0;
  #failed = 0;
  #unanswered = 0;

  answered(status: number, millis: number): void {
    this.#latency.record(millis);
    if (status >= 500) this.#failed += 1;
    else if (status >= 400) this.#refused += 1;
    else this.#succeeded += 1;
  }

  unanswered(): void {
    this.#unanswered += 1;
  }

  add(other: RequestTally): void {
    this.#latency.add(other.#latency);
    this.#succeeded += other.#succeeded;
    this.#refused += other.#refused;
    this.#failed += other.#failed;
    this.#unanswered += other.#unanswered;
  }

  summary(): RequestSummary {
    return {
      requests: this.#succeeded + this.#refused + this.#failed + this.#unanswered,
      succeeded: this.#succeeded,
      refused: this.#refused,
      failed: this.#failed,
      unanswered: this.#unanswered,
      latency: this.#latency.summary(),
    };
  }
}

/** Adds tallies up into a new one; the parts stay as they are. */
export function total(tallies: Iterable<RequestTally>): RequestTally {
  const sum = new RequestTally();
  for (const tally of tallies) sum.add(tally);
  return sum;
}

function toMillis(micros: number): number {
  return Math.round(micros / 100) / 10;
}
