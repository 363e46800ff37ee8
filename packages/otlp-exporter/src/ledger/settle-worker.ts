import { CONTROL, type PipelineMemory } from '../ring/pipeline-memory.ts';
import { MAIN_SLOT } from './main-ledger.ts';
import { WorkerBlock } from './worker-block.ts';
import { BREAKER_STATE, WORKER_SLOT, workerLossSlot } from './worker-slot.ts';

/** Why spans stay behind that no worker will send. */
export type LeftBehind = 'worker_crash' | 'shutdown_deadline';

/** What a dead worker had in its hands. */
export interface SettledWorker {
  /** Spans it had taken and never begun to send, or whose refusal was certain. */
  readonly lost: number;
  /** Spans whose request had left, wholly or in part. */
  readonly unconfirmed: number;
}

/**
 * Settles what a worker left behind, on the main thread, after the worker's `exit` event: what was in flight becomes
 * `worker_crash` or, where a request may have left, `unconfirmed`. What it had not taken stays in the ring for the next worker.
 * A second call finds nothing to settle. Never throws.
 *
 * @param reason why it ended. Default: it crashed.
 */
export function settleWorker(memory: PipelineMemory, reason: LeftBehind = 'worker_crash'): SettledWorker {
  const worker = beginTakeover(memory);
  const block = worker.read();
  const inflight = block[WORKER_SLOT.inflight] ?? 0;
  const unconfirmed = Math.min(block[WORKER_SLOT.inflightSent] ?? 0, inflight);
  const lost = inflight - unconfirmed;
  block[WORKER_SLOT.inflight] = 0;
  block[WORKER_SLOT.inflightSent] = 0;
  add(block, WORKER_SLOT.unconfirmed, unconfirmed);
  add(block, workerLossSlot[reason], lost);
  // The next worker begins with a closed breaker and learns by itself; nobody would move this word if none is started.
  block[WORKER_SLOT.breakerState] = BREAKER_STATE.closed;
  worker.publish(block);
  return { lost, unconfirmed };
}

/**
 * Counts all that waits in the ring as lost and empties it, on the main thread, when no worker lives and none will be started.
 *
 * @returns the spans given up. Never throws.
 */
export function abandonQueue(memory: PipelineMemory, reason: LeftBehind): number {
  settleWorker(memory, reason);
  const worker = beginTakeover(memory);
  const block = worker.read();
  const enqueued = new Float64Array(memory.main)[MAIN_SLOT.enqueued] ?? 0;
  const waiting = enqueued - (block[WORKER_SLOT.taken] ?? 0);
  block[WORKER_SLOT.taken] = enqueued;
  block[WORKER_SLOT.readPosition] = Atomics.load(new Int32Array(memory.control), CONTROL.writePosition) >>> 0;
  add(block, workerLossSlot[reason], waiting);
  worker.publish(block);
  return waiting;
}

/** From here on a worker that is not quite dead publishes nothing more. */
function beginTakeover(memory: PipelineMemory): WorkerBlock {
  Atomics.add(new Int32Array(memory.control), CONTROL.workerGeneration, 1);
  return new WorkerBlock(memory);
}

function add(block: Float64Array, slot: number, by: number): void {
  block[slot] = (block[slot] ?? 0) + by;
}
