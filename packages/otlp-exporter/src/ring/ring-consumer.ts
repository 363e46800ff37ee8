import { CONTROL, type PipelineMemory } from './pipeline-memory.ts';
import { LENGTH_MASK, recordBytes, WRAP_MARKER } from './ring-record.ts';

/** What one `take` copied. */
export interface TakenRecords {
  /** Bytes written to the target: records as they stand in the ring, without wrap markers. */
  readonly bytes: number;
  readonly records: number;
  /** The read position once these records are released. */
  readonly position: number;
}

/**
 * The reading end of the ring. It has no position of its own: where it reads from and when a region is released belongs to the
 * worker's block of the ledger, which publishes both at once.
 */
export class RingConsumer {
  readonly #control: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #capacity: number;

  constructor(memory: PipelineMemory) {
    this.#control = new Int32Array(memory.control);
    this.#bytes = new Uint8Array(memory.ring);
    this.#words = new Int32Array(memory.ring);
    this.#capacity = memory.ring.byteLength;
  }

  /** Where the producer will write next. */
  writePosition(): number {
    return Atomics.load(this.#control, CONTROL.writePosition) >>> 0;
  }

  waitingBytes(readPosition: number): number {
    return (this.writePosition() - readPosition) >>> 0;
  }

  /**
   * Copies whole records from `readPosition` on until the next would not fit, with at most two copies however many they are.
   * Releases nothing. The target must have room for the longest record.
   *
   * @throws Error when the ring holds what no producer writes.
   */
  take(readPosition: number, target: Uint8Array): TakenRecords {
    const mask = this.#capacity - 1;
    const waiting = this.waitingBytes(readPosition);
    // After the write position: it changes only while nothing waits.
    const from = readPosition - Atomics.load(this.#control, CONTROL.basePosition);
    let scanned = 0;
    let records = 0;
    let bytes = 0;
    let run = from & mask;
    let runBytes = 0;
    while (scanned < waiting) {
      const index = (from + scanned) & mask;
      const word = this.#words[index >> 2] ?? 0;
      if (word === WRAP_MARKER) {
        bytes += this.#copy(run, runBytes, target, bytes);
        run = 0;
        runBytes = 0;
        scanned += this.#capacity - index;
        continue;
      }
      const size = recordBytes(word & LENGTH_MASK);
      if ((word & WRAP_MARKER) !== 0 || index + size > this.#capacity || scanned + size > waiting) {
        throw new Error(`ring: no record at ${index}: header ${word}, ${waiting - scanned} of ${waiting} bytes left`);
      }
      if (bytes + runBytes + size > target.length) break;
      scanned += size;
      runBytes += size;
      records += 1;
      if (index + size === this.#capacity) {
        bytes += this.#copy(run, runBytes, target, bytes);
        run = 0;
        runBytes = 0;
      }
    }
    bytes += this.#copy(run, runBytes, target, bytes);
    return { bytes, records, position: (readPosition + scanned) >>> 0 };
  }

  #copy(from: number, length: number, target: Uint8Array, at: number): number {
    if (length > 0) target.set(this.#bytes.subarray(from, from + length), at);
    return length;
  }
}
