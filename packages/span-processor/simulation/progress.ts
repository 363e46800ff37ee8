import { Violation } from './violation.ts';

/** What could keep waiting spans from being sent, right now. */
export interface Obstacles {
  readonly waitingSpans: number;
  /** A worker lives and may run, and none of its requests with spans is on its way. */
  readonly isFree: boolean;
  /** The last time the collector was anything but well, or asked to be left alone until then. */
  readonly troubleAt: number;
}

/** Age of a batch, timers that are late, a thread that was not scheduled: together far less. */
const PATIENCE_MILLIS = 1_000;
/** The longest pause after trouble that is not asked for: a refused path, with its jitter; back-offs are shorter. */
const AFTERMATH_MILLIS = 37_000;

/** Spans that wait are sent soon when nothing is in the way: a lost wake-up shows here, before the next span hides it. */
export class Progress {
  #freeSince = 0;
  #wasFree = false;

  /** Nothing is expected before this moment: the loop's thread is stalled. */
  excuse(until: number): void {
    this.#freeSince = Math.max(this.#freeSince, until);
  }

  check(now: number, { waitingSpans, isFree, troubleAt }: Obstacles): void {
    const isFreeNow = waitingSpans > 0 && isFree && now >= troubleAt + AFTERMATH_MILLIS;
    if (!isFreeNow || !this.#wasFree) this.#freeSince = Math.max(this.#freeSince, now);
    this.#wasFree = isFreeNow;
    if (!isFreeNow) return;
    if (now - this.#freeSince > PATIENCE_MILLIS)
      throw new Violation(
        'recovery',
        `${waitingSpans} spans wait for ${(now - this.#freeSince).toFixed(0)} ms, and nothing is in the way`,
      );
  }
}
