import type { LossReason } from '@vigil/conventions';
import type { SubmissionOutcome } from './export-loop/export-loop-options.ts';

/** What became of the items of one signal (log records, metric data points) that were handed over for export. */
export interface SignalCounts {
  /** Handed over, without an outcome. */
  readonly inflight: number;
  readonly accepted: number;
  /** Sent, but the answer never came. */
  readonly unconfirmed: number;
  readonly lost: Readonly<Partial<Record<LossReason, number>>>;
}

/** Plain integers on the application's thread; the reasons are a closed list. */
export class SignalCounter implements SignalCounts {
  inflight = 0;
  accepted = 0;
  unconfirmed = 0;
  readonly lost: Partial<Record<LossReason, number>> = {};

  handedOver(items: number): void {
    this.inflight += items;
  }

  settled(items: number, outcome: SubmissionOutcome): void {
    this.inflight -= items;
    if (outcome.kind === 'accepted') {
      const rejected = Math.min(outcome.rejected, items);
      this.accepted += items - rejected;
      if (rejected > 0) this.#lose('rejected', rejected);
    } else if (outcome.kind === 'unconfirmed') {
      this.unconfirmed += items;
    } else {
      this.#lose(outcome.reason, items);
    }
  }

  /** Lost before it was handed over. */
  refused(items: number, reason: LossReason): void {
    this.#lose(reason, items);
  }

  #lose(reason: LossReason, items: number): void {
    this.lost[reason] = (this.lost[reason] ?? 0) + items;
  }
}
