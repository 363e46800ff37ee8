import type { Thread } from './virtual-time.ts';

/** What may happen between two steps of a thread: the other one runs, or the worker dies. */
export interface StepActions {
  /** The other thread and the world go on for a while, and `thread` stands still in the middle of something. */
  preempt(thread: 'main' | 'worker'): void;
  /** @returns false when no code of the worker runs now: it is asked again at the next step. */
  killWorker(): boolean;
}

/** Counts the steps of both threads and switches between them where the plan says. */
export class Steps {
  /** Whose piece of code runs now. */
  thread: Thread = 'world';
  readonly #actions: StepActions;
  readonly #nextGap: () => number;
  #untilSwitch: number;
  #untilKill = Number.POSITIVE_INFINITY;
  #isSwitching = false;

  /** @param nextGap how many steps until the other thread is let in again. */
  constructor(actions: StepActions, nextGap: () => number) {
    this.#actions = actions;
    this.#nextGap = nextGap;
    this.#untilSwitch = nextGap();
  }

  /** The worker dies after so many of its steps. */
  killAfter(steps: number): void {
    this.#untilKill = steps;
  }

  /** Runs a piece of a thread; steps in it belong to that thread. */
  within(thread: Thread, piece: () => void): void {
    const before = this.thread;
    this.thread = thread;
    try {
      piece();
    } finally {
      this.thread = before;
    }
  }

  step(): void {
    if (this.thread === 'world') return;
    if (this.thread === 'worker') {
      this.#untilKill -= 1;
      if (this.#untilKill <= 0) {
        const planned = this.#untilKill;
        this.#untilKill = Number.POSITIVE_INFINITY;
        if (!this.#actions.killWorker()) this.#untilKill = planned;
        return;
      }
    }
    this.#untilSwitch -= 1;
    if (this.#untilSwitch > 0 || this.#isSwitching) return;
    this.#untilSwitch = this.#nextGap();
    this.#isSwitching = true;
    try {
      this.#actions.preempt(this.thread);
    } finally {
      this.#isSwitching = false;
    }
  }
}
