import { performance } from 'node:perf_hooks';

/** Where times come from. Milliseconds with fractions. */
export interface SpanTimeSource {
  /** Since `performance.timeOrigin`, never going back. */
  monotonicMillis(): number;
  /** Since 1970, in whole milliseconds, by the machine's clock, which may jump. */
  epochMillis(): number;
  /** The machine's clock at monotonic zero, as well as it is known at the start. */
  readonly originMillis: number;
}

// Taken once: an application's fake timers must not reach its telemetry.
const now = performance.now.bind(performance);
const dateNow = Date.now;

export const systemTime: SpanTimeSource = {
  monotonicMillis: () => now(),
  epochMillis: () => dateNow(),
  originMillis: performance.timeOrigin,
};

/** The machine's time at monotonic zero. A span keeps the one it started with, so that a clock step never bends its duration. */
export interface ClockAnchor {
  readonly seconds: number;
  readonly nanos: number;
}

/** How often the anchor is held against the machine's clock. */
const CHECK_MILLIS = 100;
/** `Date.now()` cuts off up to 1 ms; beyond that and this, the clocks have come apart. */
const TOLERANCE_MILLIS = 0.25;

/** Epoch time from the monotonic clock: one reading a span instead of two, with nanoseconds; follows steps of the machine's clock. */
export class SpanClock {
  readonly source: SpanTimeSource;
  anchor: ClockAnchor;
  #originMillis: number;
  #checkAtMillis: number;

  constructor(source: SpanTimeSource = systemTime) {
    this.source = source;
    this.#originMillis = source.originMillis;
    this.anchor = anchorAt(this.#originMillis);
    this.#checkAtMillis = Number.NEGATIVE_INFINITY;
  }

  /** Monotonic milliseconds now; renews `anchor` when the machine's clock was set meanwhile. */
  read(): number {
    const monotonic = this.source.monotonicMillis();
    if (monotonic >= this.#checkAtMillis) this.#check(monotonic);
    return monotonic;
  }

  #check(monotonic: number): void {
    this.#checkAtMillis = monotonic + CHECK_MILLIS;
    const ahead = this.#originMillis + monotonic - this.source.epochMillis();
    // Right is anything from 0 to 1 ms ahead of the cut-off reading.
    if (ahead >= -TOLERANCE_MILLIS && ahead <= 1 + TOLERANCE_MILLIS) return;
    this.#originMillis -= ahead < 0 ? ahead : ahead - 1;
    this.anchor = anchorAt(this.#originMillis);
  }
}

function anchorAt(originMillis: number): ClockAnchor {
  const seconds = Math.floor(originMillis / 1000);
  return { seconds, nanos: Math.round((originMillis - seconds * 1000) * 1e6) };
}
