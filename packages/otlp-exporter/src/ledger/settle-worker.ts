import { CONTROL, type PipelineMemory } from '../ring/pipeline-memory.ts';
import { MAIN_SLOT } from './main-ledger.ts';
import { WorkerBlock, WRITER } from './worker-block.ts';
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
 * Settles what a worker left behind, on the main thread: what was in flight becomes `worker_crash` or, where a request may have
 * left, `unconfirmed`. What it had not taken stays in the ring for the next worker, which may start once the thread of this one
 * has ended. Exact also while it still runs: it then sends and counts nothing more. A second call finds nothing to settle.
 * Never throws.
 *
 * @param reason why it ended. Default: it crashed.
 */
export function settleWorker(memory: PipelineMemory, reason: LeftBehind = 'worker_crash'): SettledWorker {
  return takeOver(memory, (block) => settle(block, reason));
}

/**
 * Settles what the worker had and counts all that waits in the ring as lost and empties it, on the main thread, when no worker
 * will be started again.
 *
 * @returns the spans that waited in the ring. Never throws.
 */
export function abandonQueue(memory: PipelineMemory, reason: LeftBehind): number {
  return takeOver(memory, (block) => {
    settle(block, reason);
    const enqueued = new Float64Array(memory.main)[MAIN_SLOT.enqueued] ?? 0;
    const waiting = enqueued - (block[WORKER_SLOT.taken] ?? 0);
    block[WORKER_SLOT.taken] = enqueued;
    block[WORKER_SLOT.readPosition] = Atomics.load(new Int32Array(memory.control), CONTROL.writePosition) >>> 0;
    add(block, workerLossSlot[reason], waiting);
    return waiting;
  });
}

/** Changes the block in one publication. A worker that publishes in the same moment wins once, and is dead the next time. */
function takeOver<Result>(memory: PipelineMemory, change: (block: Float64Array) => Result): Result {
  const worker = new WorkerBlock(memory);
  for (;;) {
    const { block, version } = worker.read();
    const result = change(block);
    if (worker.publish(block, version, WRITER.main) !== undefined) return result;
  }
}

function settle(block: Float64Array, reason: LeftBehind): SettledWorker {
  const inflight = block[WORKER_SLOT.inflight] ?? 0;
  const unconfirmed = Math.min(block[WORKER_SLOT.inflightSent] ?? 0, inflight);
  const lost = inflight - unconfirmed;
  block[WORKER_SLOT.inflight] = 0;
  block[WORKER_SLOT.inflightSent] = 0;
  add(block, WORKER_SLOT.unconfirmed, unconfirmed);
  add(block, workerLossSlot[reason], lost);
  // The next worker begins with a closed breaker and learns by itself; nobody would move this word if none is started.
  block[WORKER_SLOT.breakerState] = BREAKER_STATE.closed;
  return { lost, unconfirmed };
}

function add(block: Float64Array, slot: number, by: number): void {
  block[slot] = (block[slot] ?? 0) + by;
}
