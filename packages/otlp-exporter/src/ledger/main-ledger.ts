import { PROCESSOR_LOSS_REASONS, type ProcessorLossReason } from '@vigil/conventions/loss-reason';
import { BLOCK_SLOTS, type PipelineMemory } from '../ring/pipeline-memory.ts';

/** Slots of the main thread's block; they count spans unless they say otherwise. */
export const MAIN_SLOT = {
  ended: 0,
  sampledOut: 1,
  /** In the trace buffer, not yet judged. */
  held: 2,
  enqueued: 3,
  /** Nanoseconds the pipeline spent on the main thread, as its callers measured or estimated it. */
  selfNanos: 4,
  /** First of the losses, in the order of `PROCESSOR_LOSS_REASONS`. */
  lost: 8,
} as const;

/** Slot of one processor reason. */
export const mainLossSlot: Readonly<Record<ProcessorLossReason, number>> = Object.fromEntries(
  PROCESSOR_LOSS_REASONS.map((reason, index) => [reason, MAIN_SLOT.lost + index]),
) as Record<ProcessorLossReason, number>;

/** The main thread's half of the ledger: `ended = sampledOut + held + enqueued + Σ lost`, as soon as its callers are done. */
export class MainLedger {
  readonly #slots: Float64Array;

  constructor(memory: PipelineMemory) {
    this.#slots = new Float64Array(memory.main, 0, BLOCK_SLOTS);
  }

  ended(spans: number): void {
    this.#add(MAIN_SLOT.ended, spans);
  }

  sampledOut(spans: number): void {
    this.#add(MAIN_SLOT.sampledOut, spans);
  }

  held(delta: number): void {
    this.#add(MAIN_SLOT.held, delta);
  }

  enqueued(spans: number): void {
    this.#add(MAIN_SLOT.enqueued, spans);
  }

  lost(reason: ProcessorLossReason, spans: number): void {
    this.#add(mainLossSlot[reason], spans);
  }

  selfTime(nanos: number): void {
    this.#add(MAIN_SLOT.selfNanos, nanos);
  }

  #add(slot: number, by: number): void {
    this.#slots[slot] = (this.#slots[slot] as number) + by;
  }
}
