import type { ExporterLossReason } from '@vigil/conventions';
import type { PipelineMemory } from '../ring/pipeline-memory.ts';
import { WorkerBlock, WRITER } from './worker-block.ts';
import { BREAKER_STATE, WORKER_SLOT, workerLossSlot } from './worker-slot.ts';

/**
 * The worker's half of the ledger. Every method changes a draft; `publish` makes the draft count, all of it at once. So a death
 * between two instructions leaves the last published moment, in which the read position and the counts agree.
 *
 * It continues what the block says, and it is dead as soon as the main thread settled the block: whatever it still learns, and
 * whatever it was about to publish in that moment, counts for nothing.
 */
export class WorkerLedger {
  readonly #block: WorkerBlock;
  readonly #draft: Float64Array;
  #version: number;

  constructor(memory: PipelineMemory) {
    this.#block = new WorkerBlock(memory);
    const { block, version } = this.#block.read();
    this.#draft = block;
    this.#version = version;
  }

  get readPosition(): number {
    return this.#draft[WORKER_SLOT.readPosition] ?? 0;
  }

  /** False once the main thread settled the block. */
  get alive(): boolean {
    return this.#block.version === this.#version;
  }

  /** `spans` left the ring, which is the producer's up to `readPosition`. */
  took(spans: number, readPosition: number): void {
    this.#draft[WORKER_SLOT.readPosition] = readPosition;
    this.#add(WORKER_SLOT.taken, spans);
    this.#add(WORKER_SLOT.inflight, spans);
  }

  /** So many of the spans in flight a receiver may have by now. Publish before the first byte leaves. */
  maybeSent(spans: number): void {
    this.#draft[WORKER_SLOT.inflightSent] = spans;
  }

  accepted(spans: number): void {
    this.#leave(WORKER_SLOT.accepted, spans);
  }

  unconfirmed(spans: number): void {
    this.#leave(WORKER_SLOT.unconfirmed, spans);
  }

  lost(reason: ExporterLossReason, spans: number): void {
    this.#leave(workerLossSlot[reason], spans);
  }

  breaker(state: keyof typeof BREAKER_STATE, opened: number): void {
    this.#draft[WORKER_SLOT.breakerState] = BREAKER_STATE[state];
    this.#add(WORKER_SLOT.breakerOpened, opened);
  }

  request(bodyBytes: number, isRetry: boolean): void {
    this.#add(WORKER_SLOT.requests, 1);
    this.#add(WORKER_SLOT.retries, isRetry ? 1 : 0);
    this.#add(WORKER_SLOT.requestBytes, bodyBytes);
  }

  answered(millis: number): void {
    this.#add(WORKER_SLOT.requestMillis, millis);
  }

  batch(): void {
    this.#add(WORKER_SLOT.batches, 1);
  }

  /** Makes the draft count. @returns false when the main thread settled the block: nothing may be done that builds upon it. */
  publish(): boolean {
    // Filling comes before the exchange, and by now another worker may count with that copy.
    if (!this.alive) return false;
    const version = this.#block.publish(this.#draft, this.#version, WRITER.worker);
    if (version === undefined) return false;
    this.#version = version;
    return true;
  }

  #leave(slot: number, spans: number): void {
    this.#add(WORKER_SLOT.inflight, -spans);
    this.#add(slot, spans);
  }

  #add(slot: number, by: number): void {
    this.#draft[slot] = (this.#draft[slot] ?? 0) + by;
  }
}
