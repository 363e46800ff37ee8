import { BLOCK_SLOTS, type PipelineMemory, WORKER_COPIES, WORKER_HEADER_BYTES } from '../ring/pipeline-memory.ts';
import { WORKER_SLOTS } from './worker-slot.ts';

const VERSION = 0;
/** The lowest bits of the version say which copy counts; above them it counts publications. */
const COPY_MASK = WORKER_COPIES - 1;

/** Copies of one writer: the first of the two it takes turns with. */
export const WRITER = { worker: 0, main: 2 } as const;

/**
 * The worker's block stands in memory several times, and a version word says which copy counts. A writer fills a copy of its own
 * that does not count and then exchanges the version it built upon for the next: so at every instruction at which it may die
 * the copy that counts is whole (the ring's read position and all counts of one moment), and of two writers one wins.
 *
 * Readers exchange the version for itself, which is the check and the fence in one: with a plain load instead, a processor may
 * read a slot after it, from a copy the worker is filling already.
 */
export class WorkerBlock {
  readonly #version: Int32Array;
  readonly #copies: readonly Float64Array[];

  constructor({ worker }: PipelineMemory) {
    this.#version = new Int32Array(worker, 0, 1);
    this.#copies = Array.from(
      { length: WORKER_COPIES },
      (_, index) => new Float64Array(worker, WORKER_HEADER_BYTES + index * BLOCK_SLOTS * 8, WORKER_SLOTS),
    );
  }

  get version(): number {
    return Atomics.load(this.#version, VERSION);
  }

  /** One slot of the copy that counts. */
  slot(slot: number): number {
    for (;;) {
      const version = this.version;
      const value = this.#copy(version & COPY_MASK)[slot] as number;
      if (this.#exchange(version, version)) return value;
    }
  }

  /** The whole block of one moment, in a new array. */
  read(): { readonly block: Float64Array; readonly version: number } {
    const block = new Float64Array(WORKER_SLOTS);
    for (;;) {
      const version = this.version;
      block.set(this.#copy(version & COPY_MASK));
      if (this.#exchange(version, version)) return { block, version };
    }
  }

  /**
   * Makes `block` count if the version is still the one it was built upon. Of each kind of writer there is one at a time.
   *
   * @returns the new version; nothing when somebody else published meanwhile, and `block` counts for nothing.
   */
  publish(block: Float64Array, version: number, writer: 0 | 2): number | undefined {
    const copy = (version & COPY_MASK) === writer ? writer + 1 : writer;
    this.#copy(copy).set(block);
    const next = ((version & ~COPY_MASK) + WORKER_COPIES) | copy;
    return this.#exchange(version, next) ? next : undefined;
  }

  #copy(index: number): Float64Array {
    return this.#copies[index] as Float64Array;
  }

  #exchange(version: number, next: number): boolean {
    return Atomics.compareExchange(this.#version, VERSION, version, next) === version;
  }
}
