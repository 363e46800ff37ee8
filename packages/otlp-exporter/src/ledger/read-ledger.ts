import { EXPORTER_LOSS_REASONS, type LossReason, PROCESSOR_LOSS_REASONS } from '@vigil/conventions/loss-reason';
import { CONTROL, type PipelineMemory } from '../ring/pipeline-memory.ts';
import { MAIN_SLOT, mainLossSlot } from './main-ledger.ts';
import { WorkerBlock } from './worker-block.ts';
import { BREAKER_STATE, WORKER_SLOT, workerLossSlot } from './worker-slot.ts';

/**
 * Where every span is that ever ended, in spans unless said otherwise:
 * `ended = sampledOut + accepted + Σ lost + unconfirmed + queued + inflight`.
 */
export interface LedgerSnapshot {
  readonly ended: number;
  readonly sampledOut: number;
  /** Confirmed by the receiver. */
  readonly accepted: number;
  /** Sent, but the answer never came: delivered or not, nobody here can know. */
  readonly unconfirmed: number;
  /** In the trace buffer or in the ring. */
  readonly queued: number;
  /** Of `queued`: in the trace buffer. */
  readonly held: number;
  /** Taken by the worker, without an outcome. */
  readonly inflight: number;
  readonly lost: Readonly<Record<LossReason, number>>;
  /** Bytes of the ring in use. */
  readonly queuedBytes: number;
  readonly capacityBytes: number;
  readonly breaker: 'closed' | 'open' | 'half_open';
  /** How often the breaker opened. */
  readonly breakerOpened: number;
  /** HTTP requests of all signals. */
  readonly requests: number;
  readonly retries: number;
  /** Request bodies of all signals that have an outcome. */
  readonly batches: number;
  /** Bytes of all request bodies as sent. */
  readonly requestBytes: number;
  /** Sum of the durations of all requests that were answered or given up. */
  readonly requestMillis: number;
  /** Nanoseconds spent on the main thread. */
  readonly selfNanos: number;
}

const BREAKER_NAMES = Object.keys(BREAKER_STATE) as (keyof typeof BREAKER_STATE)[];

/**
 * Reads the ledger: exact on the main thread between two calls of the processor, whatever the worker does meanwhile, also while
 * it dies. Never throws.
 *
 * @example
 * ```ts
 * import { createPipelineMemory, readLedger } from '@vigil/otlp-exporter/core';
 *
 * const { ended, accepted, lost } = readLedger(createPipelineMemory());
 * ```
 */
export function readLedger(memory: PipelineMemory): LedgerSnapshot {
  const main = new Float64Array(memory.main);
  const { block: worker } = new WorkerBlock(memory).read();
  const ofMain = (slot: number) => main[slot] ?? 0;
  const ofWorker = (slot: number) => worker[slot] ?? 0;
  const lost = {} as Record<LossReason, number>;
  for (const reason of PROCESSOR_LOSS_REASONS) lost[reason] = ofMain(mainLossSlot[reason]);
  for (const reason of EXPORTER_LOSS_REASONS) lost[reason] = ofWorker(workerLossSlot[reason]);
  const written = Atomics.load(new Int32Array(memory.control), CONTROL.writePosition) >>> 0;
  return {
    ended: ofMain(MAIN_SLOT.ended),
    sampledOut: ofMain(MAIN_SLOT.sampledOut),
    accepted: ofWorker(WORKER_SLOT.accepted),
    unconfirmed: ofWorker(WORKER_SLOT.unconfirmed),
    queued: ofMain(MAIN_SLOT.held) + ofMain(MAIN_SLOT.enqueued) - ofWorker(WORKER_SLOT.taken),
    held: ofMain(MAIN_SLOT.held),
    inflight: ofWorker(WORKER_SLOT.inflight),
    lost,
    queuedBytes: (written - ofWorker(WORKER_SLOT.readPosition)) >>> 0,
    capacityBytes: memory.ring.byteLength,
    breaker: BREAKER_NAMES[ofWorker(WORKER_SLOT.breakerState)] ?? 'closed',
    breakerOpened: ofWorker(WORKER_SLOT.breakerOpened),
    requests: ofWorker(WORKER_SLOT.requests),
    retries: ofWorker(WORKER_SLOT.retries),
    batches: ofWorker(WORKER_SLOT.batches),
    requestBytes: ofWorker(WORKER_SLOT.requestBytes),
    requestMillis: ofWorker(WORKER_SLOT.requestMillis),
    selfNanos: ofMain(MAIN_SLOT.selfNanos),
  };
}
