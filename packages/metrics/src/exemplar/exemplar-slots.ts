import type { HrTime } from '@opentelemetry/api';
import type { ExemplarSpan } from '../metric-registry.ts';
import type { Exemplar } from './exemplar.ts';
import type { ExemplarBudget } from './exemplar-budget.ts';

/**
 * A trace is judged when its root ends. Under load the next measurement of a bucket comes earlier than that: a candidate that were
 * always replaced would never see its verdict.
 */
const VERDICT_SECONDS = 0.25;

/** For each bucket the span of one measurement, which becomes an exemplar if its trace is sent before the collection. */
export class ExemplarSlots {
  readonly #spans: (ExemplarSpan | undefined)[];
  readonly #values: number[];
  readonly #budget: ExemplarBudget;

  constructor(slots: number, budget: ExemplarBudget) {
    this.#spans = new Array(slots).fill(undefined);
    this.#values = new Array(slots).fill(0);
    this.#budget = budget;
  }

  /** The newer one wins, but not over one that is known to be kept, nor over one whose verdict may be due. */
  offer(slot: number, value: number, span: ExemplarSpan): void {
    const before = this.#spans[slot];
    if (before === undefined) {
      if (this.#budget.held >= this.#budget.limit) return;
      this.#budget.held += 1;
    } else if (!span.isKept && (before.isKept || isYoung(before, span))) return;
    this.#spans[slot] = span;
    this.#values[slot] = value;
  }

  /** Lets go of all spans; gives those whose trace was sent, with their slots. */
  take(collected: HrTime, give: (slot: number, exemplar: Exemplar) => void): void {
    const spans = this.#spans;
    for (let slot = 0; slot < spans.length; slot++) {
      const span = spans[slot];
      if (span === undefined) continue;
      spans[slot] = undefined;
      this.#budget.held -= 1;
      if (!span.isKept) continue;
      const { traceId, spanId } = span;
      give(slot, { value: this.#values[slot] as number, time: timeOf(span, collected), traceId, spanId });
    }
  }
}

/** What is no light span says nothing of its end. */
function isYoung({ endSeconds, endNanos }: ExemplarSpan, next: ExemplarSpan): boolean {
  if (endSeconds === undefined || next.endSeconds === undefined) return false;
  const seconds = next.endSeconds - endSeconds + ((next.endNanos ?? 0) - (endNanos ?? 0)) / 1e9;
  // Not below 0 either: a clock that was set back would keep the old one for as long.
  return seconds >= 0 && seconds < VERDICT_SECONDS;
}

/** Measurements are taken where a span ends. */
function timeOf({ endSeconds, endNanos }: ExemplarSpan, collected: HrTime): HrTime {
  return endSeconds === undefined || endSeconds === 0 ? collected : [endSeconds, endNanos ?? 0];
}
