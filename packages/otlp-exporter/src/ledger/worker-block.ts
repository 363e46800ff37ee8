import { BLOCK_SLOTS, type PipelineMemory, WORKER_HEADER_BYTES } from '../ring/pipeline-memory.ts';
import { WORKER_SLOTS } from './worker-slot.ts';

const SEQUENCE = 0;

/**
 * The worker's block stands twice in memory. A sequence number says which copy counts: its lowest bit. The worker fills the
 * other copy and then adds one to the number, so that at every instruction at which it may die the copy that counts is whole:
 * the ring's read position and all counts of one moment.
 *
 * Readers write the number back where it is unchanged, which is the check and the fence in one: with a plain load instead, a
 * processor may read a slot after it, from a copy the worker is filling already.
 */
export class WorkerBlock {
  readonly #sequence: Int32Array;
  readonly #copies: readonly [Float64Array, Float64Array];

  constructor({ worker }: PipelineMemory) {
    const copy = (index: number) =>
      new Float64Array(worker, WORKER_HEADER_BYTES + index * BLOCK_SLOTS * 8, WORKER_SLOTS);
    this.#sequence = new Int32Array(worker, 0, 1);
    this.#copies = [copy(0), copy(1)];
  }

  /** One slot of the copy that counts. */
  slot(slot: number): number {
    for (;;) {
      const before = Atomics.load(this.#sequence, SEQUENCE);
      const value = this.#copies[(before & 1) as 0 | 1][slot] as number;
      if (Atomics.compareExchange(this.#sequence, SEQUENCE, before, before) === before) return value;
    }
  }

  /** The whole block of one moment, in a new array. */
  read(): Float64Array {
    const block = new Float64Array(WORKER_SLOTS);
    for (;;) {
      const before = Atomics.load(this.#sequence, SEQUENCE);
      block.set(this.#copies[(before & 1) as 0 | 1]);
      if (Atomics.compareExchange(this.#sequence, SEQUENCE, before, before) === before) return block;
    }
  }

  /** Makes `block` count. Only one thread may do so at a time: the worker, or the main thread once the worker is dead. */
  publish(block: Float64Array): void {
    this.#copies[((Atomics.load(this.#sequence, SEQUENCE) + 1) & 1) as 0 | 1].set(block);
    Atomics.add(this.#sequence, SEQUENCE, 1);
  }
}
