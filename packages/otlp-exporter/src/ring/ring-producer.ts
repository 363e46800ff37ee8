import { WorkerBlock } from '../ledger/worker-block.ts';
import { WORKER_SLOT } from '../ledger/worker-slot.ts';
import { CONTROL, type PipelineMemory } from './pipeline-memory.ts';
import { ALIGNMENT_BYTES, CRITICAL_BIT, HEADER_BYTES, PAYLOAD_BYTES_MAXIMUM, WRAP_MARKER } from './ring-record.ts';

/** Share of the ring that only critical records may use. */
export const CRITICAL_RESERVE = 0.2;
/** A region smaller than this holds no span: trying it would be encoding in vain. */
const REGION_BYTES_MINIMUM = HEADER_BYTES + 4;
/** Of the ring: 256 KiB of 8 MiB. Farther in, an empty ring starts again at its beginning. */
const REWIND_SHARE = 1 / 32;
/** Every so many records the producer looks whether the ring is empty: a look is an exchange of a word with the worker. A power of two. */
const REWIND_LOOK_RECORDS = 8;
/** Rings of tests are smaller than this and go round. */
const REWIND_BYTES_MINIMUM = 1_024;

/**
 * The writing end of the ring, on the application's thread. A record is encoded in place: `prepare` shows the first free
 * region, `prepareWrapped` the one after the end of the ring, `commit` publishes what was written. Nothing is allocated,
 * nothing is published before `commit`, nothing throws.
 */
export class RingProducer {
  /** The ring's bytes; write from `start` to at most `end`. */
  readonly target: Uint8Array;
  start = 0;
  end = 0;

  readonly capacity: number;
  readonly #worker: WorkerBlock;
  readonly #control: Int32Array;
  readonly #words: Int32Array;
  readonly #ordinaryBytes: number;
  readonly #rewindBytes: number;
  #write: number;
  #read: number;
  /** The position that stands at the beginning of the ring. */
  #base: number;
  #prepared = 0;
  /** Free bytes for the record being prepared, counted from the write position. */
  #free = 0;
  /** Bytes at the end of the ring that the prepared region leaves unused. */
  #skip = 0;
  #critical = false;
  #refusedFree = 0;
  #refusedRead = 0;

  constructor(memory: PipelineMemory) {
    this.#worker = new WorkerBlock(memory);
    this.target = new Uint8Array(memory.ring);
    this.capacity = memory.ring.byteLength;
    this.#control = new Int32Array(memory.control);
    this.#words = new Int32Array(memory.ring);
    const reserve = Math.floor((this.capacity * CRITICAL_RESERVE) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    this.#ordinaryBytes = this.capacity - reserve;
    this.#write = Atomics.load(this.#control, CONTROL.writePosition) >>> 0;
    this.#read = this.#worker.slot(WORKER_SLOT.readPosition);
    this.#base = Atomics.load(this.#control, CONTROL.basePosition) >>> 0;
    this.#rewindBytes = Math.max(REWIND_BYTES_MINIMUM, this.capacity * REWIND_SHARE);
  }

  /**
   * Points `start` and `end` to the first free region. What is encoded there and does not fit may still fit after the end of
   * the ring: ask `prepareWrapped` then.
   *
   * @param critical may use the reserved share as well.
   * @returns false when the ring is full for records of this kind.
   */
  prepare(critical: boolean): boolean {
    this.#prepared = (this.#prepared + 1) & (REWIND_LOOK_RECORDS - 1);
    if (this.#prepared === 0 && this.#index() >= this.#rewindBytes) this.#rewind();
    const limit = critical ? this.capacity : this.#ordinaryBytes;
    let free = limit - ((this.#write - this.#read) >>> 0);
    if (free < PAYLOAD_BYTES_MAXIMUM) {
      this.#read = this.#worker.slot(WORKER_SLOT.readPosition);
      free = limit - ((this.#write - this.#read) >>> 0);
    }
    if (free < REGION_BYTES_MINIMUM || (free <= this.#refusedFree && this.#read === this.#refusedRead)) return false;
    this.#critical = critical;
    this.#free = free;
    this.#skip = 0;
    const index = this.#index();
    const region = Math.min(free, this.capacity - index);
    if (region < REGION_BYTES_MINIMUM) return this.prepareWrapped();
    this.start = index + HEADER_BYTES;
    this.end = index + Math.min(region, HEADER_BYTES + PAYLOAD_BYTES_MAXIMUM);
    return true;
  }

  /** Points `start` and `end` to the region at the beginning of the ring. @returns false when nothing is free there. */
  prepareWrapped(): boolean {
    const index = this.#index();
    const tail = this.capacity - index;
    const region = this.#free - tail;
    if (this.#skip > 0 || region < REGION_BYTES_MINIMUM) return false;
    this.#skip = tail;
    this.start = HEADER_BYTES;
    this.end = Math.min(region, HEADER_BYTES + PAYLOAD_BYTES_MAXIMUM);
    return true;
  }

  /** Publishes the record written from `start` to `endOffset`, which lies in the region prepared last. */
  commit(endOffset: number, streamId: number): void {
    const length = endOffset - this.start;
    const header = (this.start - HEADER_BYTES) >> 2;
    this.#words[header] = length | (this.#critical ? CRITICAL_BIT : 0);
    this.#words[header + 1] = streamId;
    if (this.#skip > 0) this.#words[this.#index() >> 2] = WRAP_MARKER;
    const bytes = this.#skip + HEADER_BYTES + ((length + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES);
    this.#skip = 0;
    this.#write = (this.#write + bytes) >>> 0;
    Atomics.store(this.#control, CONTROL.writePosition, this.#write | 0);
  }

  /**
   * The record prepared last did not fit anywhere. Where less than `bytes` was free, `prepare` refuses everything until the
   * reader moved on: encoding span after span in vain would cost most when the application has most to do.
   */
  refused(bytes: number): void {
    this.#refusedFree = this.#free < bytes ? this.#free : 0;
    this.#refusedRead = this.#read;
  }

  /** Bytes that wait for the reader; looks at its position again only when they seem to be at least `atLeast`. */
  waitingBytes(atLeast: number): number {
    const waiting = (this.#write - this.#read) >>> 0;
    if (waiting < atLeast) return waiting;
    this.#read = this.#worker.slot(WORKER_SLOT.readPosition);
    return (this.#write - this.#read) >>> 0;
  }

  /** Where in the ring the write position stands. */
  #index(): number {
    return (this.#write - this.#base) & (this.capacity - 1);
  }

  /** Of a ring that is always emptied in time only the first pages are ever touched, so only they are memory of the process. */
  #rewind(): void {
    if (this.#worker.slot(WORKER_SLOT.readPosition) !== this.#write) return;
    this.#read = this.#write;
    this.#base = this.#write;
    // Before the write position of the next record: whoever sees that record looks for it from here.
    Atomics.store(this.#control, CONTROL.basePosition, this.#base | 0);
  }
}
