import type { Signal } from '../transport/transport.ts';
import { callSafely } from './call-safely.ts';
import type { Lane } from './lane.ts';

/** A flush does not wait for an origin or a path that is to be left alone for longer than this. */
const PATIENCE_MILLIS = 1_000;
const FLUSHES_MAXIMUM = 64;

/** How far each signal's queue reached at one moment: the ring's write position, or how many bodies were submitted. */
export type QueueMark = Readonly<Record<Signal, number>>;

interface Flush {
  readonly mark: QueueMark;
  readonly settled: (complete: boolean) => void;
}

/** Those who wait until what was queued when they asked has an outcome. */
export class FlushList {
  #flushes: Flush[] = [];

  get isEmpty(): boolean {
    return this.#flushes.length === 0;
  }

  add(mark: QueueMark, settled: (complete: boolean) => void): void {
    if (this.#flushes.length < FLUSHES_MAXIMUM) this.#flushes.push({ mark, settled });
    else callSafely(() => settled(false));
  }

  /** Answers those that need not wait any longer. `isPast`: everything of the signal before the mark has an outcome. */
  answer(nowMillis: number, lanes: readonly Lane[], isPast: (signal: Signal, mark: number) => boolean): void {
    const isBlocked = (lane: Lane) => {
      const until = lane.blockedUntilMillis();
      // Blocked without an end in sight means that another lane probes, and its answer is near.
      return until > nowMillis + PATIENCE_MILLIS && until < Number.POSITIVE_INFINITY;
    };
    const waiting = this.#flushes;
    this.#flushes = [];
    for (const flush of waiting) {
      const unfinished = lanes.filter(({ signal }) => !isPast(signal, flush.mark[signal]));
      if (unfinished.length === 0) callSafely(() => flush.settled(true));
      else if (unfinished.every(isBlocked)) callSafely(() => flush.settled(false));
      else this.#flushes.push(flush);
    }
  }

  /** Nothing more will be sent. */
  giveUp(): void {
    const waiting = this.#flushes;
    this.#flushes = [];
    for (const { settled } of waiting) callSafely(() => settled(false));
  }
}
