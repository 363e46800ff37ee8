import type { Clock, PipelineMemory, Timers, Transport } from '@vigil/otlp-exporter/core';
import type { ModelCollector } from './model-collector.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Steps } from './steps.ts';
import { Violation } from './violation.ts';
import { type Thread, timerError, type VirtualTime } from './virtual-time.ts';

/** Thrown through whatever the worker was doing when it was killed. */
export const KILLED: unique symbol = Symbol('killed');

export interface LifeParts {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly collector: ModelCollector;
  readonly steps: Steps;
  readonly memory: PipelineMemory;
}

/**
 * One life of the export loop: the clock, timers, transport and random numbers it is given, all of which stop working the moment
 * it is killed. What it wrote to shared memory after that moment is undone, as a dead thread writes nothing.
 */
export class Life {
  readonly number: number;
  /** What the thread throws that nobody catches ends it. */
  onUncaught: (error: unknown) => void = (error) => {
    throw error;
  };
  readonly thread: Thread;
  readonly #parts: LifeParts;
  #isDead = false;
  #isRunning = false;
  #pendingTimers = 0;
  #snapshot: { control: Uint8Array; worker: Uint8Array } | undefined;

  constructor(number: number, thread: Thread, parts: LifeParts) {
    this.number = number;
    this.thread = thread;
    this.#parts = parts;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Whether its code is what runs now. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  get pendingTimers(): number {
    return this.#pendingTimers;
  }

  /** Ends it here and now. */
  die(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    const { memory, collector } = this.#parts;
    this.#snapshot = { control: new Uint8Array(memory.control).slice(), worker: new Uint8Array(memory.worker).slice() };
    collector.bury(this.number);
  }

  /** Runs a piece of it. What is thrown by a kill ends here, everything else is the loop's own failure. */
  run(piece: () => void): void {
    if (this.#isDead) return;
    this.#isRunning = true;
    try {
      piece();
    } catch (error) {
      if (error instanceof Violation) throw error;
      if (!this.#isDead) this.onUncaught(error);
    } finally {
      this.#isRunning = false;
      if (this.#isDead) this.#undo();
    }
  }

  #undo(): void {
    if (this.#snapshot === undefined) return;
    const { memory } = this.#parts;
    new Uint8Array(memory.control).set(this.#snapshot.control);
    new Uint8Array(memory.worker).set(this.#snapshot.worker);
    this.#snapshot = undefined;
  }

  /** A call out of the loop: a place where it may be killed. */
  #callOut(): void {
    if (this.#isDead) throw KILLED;
    this.#parts.steps.step();
    if (this.#isDead) throw KILLED;
  }

  readonly clock: Clock = {
    monotonicMillis: () => {
      this.#callOut();
      return this.#parts.time.now;
    },
    epochMillis: () => {
      this.#callOut();
      return this.#parts.time.now + this.#parts.time.epochOffset;
    },
  };

  readonly random = (): number => {
    this.#callOut();
    return this.#parts.random.next();
  };

  readonly timers: Timers = {
    set: (callback, millis) => {
      this.#callOut();
      const { time, random } = this.#parts;
      this.#pendingTimers += 1;
      return time.schedule(this.thread, millis + timerError(random, millis), 'loop timer', () => {
        this.#pendingTimers -= 1;
        this.run(callback);
      });
    },
    clear: (handle) => {
      this.#callOut();
      const event = handle as ReturnType<VirtualTime['schedule']> | undefined;
      if (event?.state !== 'waiting') return;
      this.#pendingTimers -= 1;
      this.#parts.time.cancel(event);
    },
  };

  /** The wire, as this life has it. */
  transport(): Transport {
    const wire = this.#parts.collector.transport(this.number, this.thread);
    return {
      send: (attempt, settled) => {
        this.#callOut();
        wire.send(attempt, (outcome) => this.run(() => settled(outcome)));
        this.#callOut();
      },
      close: () => {
        this.#callOut();
        wire.close();
      },
    };
  }
}
