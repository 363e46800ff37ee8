/**
 * All memory the application's thread and the export worker have in common: plain SharedArrayBuffers, so that it can be
 * given to a worker by `workerData` and outlives it.
 */
export interface PipelineMemory {
  /** 32-bit words that one thread stores and the other loads; which is which says `CONTROL`. */
  readonly control: SharedArrayBuffer;
  /** The ring's bytes; a power of two. */
  readonly ring: SharedArrayBuffer;
  /** Resources and scopes, append only. */
  readonly streams: SharedArrayBuffer;
  /** Counters that only the application's thread writes. */
  readonly main: SharedArrayBuffer;
  /** Counters that only the worker writes, in several copies; see `worker-block.ts`. */
  readonly worker: SharedArrayBuffer;
}

export interface PipelineMemoryOptions {
  /** Size of the ring in bytes, rounded up to a power of two; 64 KiB to 1 GiB. Default 8 MiB. */
  readonly ringBytes?: number;
}

/** Words of `control`, each in a cache line of its own. */
export const CONTROL = {
  /** Written by the producer: where the next record goes, a monotonic uint32 of bytes. */
  writePosition: 0,
  /** Written by both: what the consumer wants to be woken for, one of `WAKE`. */
  wake: 16,
  /** Counts wakings; for the worker's host to wait on (`Atomics.waitAsync`). The core never touches it. */
  wakeCount: 32,
  /** Written by the producer, only while the ring is empty: the position that stands at the beginning of the ring. */
  basePosition: 48,
  /** Written by the application's thread: bytes used of `streams`. */
  streamBytes: 64,
  /** Free for the worker's host from here to the end. */
  host: 80,
} as const;
const CONTROL_WORDS = 128;

/** Values of the word `CONTROL.wake`. */
export const WAKE = {
  /** The consumer runs or has a timer; it looks at the ring by itself. */
  never: 0,
  /** The ring was empty: wake at the first record. */
  anything: 1,
  /** Records are waiting for their age: wake when a whole batch waits. */
  batch: 2,
} as const;

/** Spans of so many bytes are sent without waiting for their age; smaller batches measured worse. */
export const BATCH_BYTES = 512 * 1024;

export const RING_BYTES_DEFAULT = 8 * 1024 * 1024;
const RING_BYTES_MINIMUM = 64 * 1024;
const RING_BYTES_MAXIMUM = 1024 * 1024 * 1024;
/** About two thousand scopes of fifty bytes beside a resource of two kilobytes; what does not fit shares a stream. */
const STREAM_BYTES = 256 * 1024;
/** Float64 slots of a block; more than are named, so that a newer worker beside an older main thread stays inside. */
export const BLOCK_SLOTS = 64;
const SLOT_BYTES = 8;
/** Before the copies of the worker's block: the version, alone in its cache line. */
export const WORKER_HEADER_BYTES = 64;
/** Two of the worker and two of the application's thread, which takes over when a worker is gone. A power of two. */
export const WORKER_COPIES = 4;

/**
 * Makes the memory of one pipeline. Pages are touched only when used.
 *
 * @throws RangeError when `ringBytes` is not a whole number from 65536 (64 KiB) to 1073741824 (1 GiB).
 */
export function createPipelineMemory({ ringBytes = RING_BYTES_DEFAULT }: PipelineMemoryOptions = {}): PipelineMemory {
  if (!Number.isInteger(ringBytes) || ringBytes < RING_BYTES_MINIMUM || ringBytes > RING_BYTES_MAXIMUM) {
    throw new RangeError(
      `ringBytes: expected a whole number from ${RING_BYTES_MINIMUM} to ${RING_BYTES_MAXIMUM}, got ${String(ringBytes)}`,
    );
  }
  return allocatePipelineMemory(2 ** Math.ceil(Math.log2(ringBytes)), STREAM_BYTES);
}

/** What counts as a whole batch: a quarter of the ring at most, or a small ring would never hold one. */
export function batchBytesOf(memory: PipelineMemory, batchBytes: number = BATCH_BYTES): number {
  return Math.min(batchBytes, memory.ring.byteLength / 4);
}

/** The same without bounds on the sizes, for tests that want a ring of 64 bytes. `ringBytes` must be a power of two. */
export function allocatePipelineMemory(ringBytes: number, streamBytes: number): PipelineMemory {
  return {
    control: new SharedArrayBuffer(CONTROL_WORDS * Int32Array.BYTES_PER_ELEMENT),
    ring: new SharedArrayBuffer(ringBytes),
    streams: new SharedArrayBuffer(streamBytes),
    main: new SharedArrayBuffer(BLOCK_SLOTS * SLOT_BYTES),
    worker: new SharedArrayBuffer(WORKER_HEADER_BYTES + WORKER_COPIES * BLOCK_SLOTS * SLOT_BYTES),
  };
}
