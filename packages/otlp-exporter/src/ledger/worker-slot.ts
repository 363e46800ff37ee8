import { EXPORTER_LOSS_REASONS, type ExporterLossReason } from '@vigil/conventions/loss-reason';
import { BLOCK_SLOTS } from '../ring/pipeline-memory.ts';

/** Slots of the worker's block. All count spans unless they say otherwise. */
export const WORKER_SLOT = {
  /** Monotonic uint32 of bytes: up to here the ring is the producer's again. */
  readPosition: 0,
  /** Out of the ring, whatever became of them. */
  taken: 1,
  inflight: 2,
  /** Those of `inflight` that a receiver may have: request bytes may have left and no answer excluded it. */
  inflightSent: 3,
  accepted: 4,
  unconfirmed: 5,
  /** 0 closed, 1 open, 2 half open; of the origin the spans go to. */
  breakerState: 6,
  breakerOpened: 7,
  /** Requests of all signals, the repeated ones included. */
  requests: 8,
  retries: 9,
  /** Bodies of all signals that have an outcome. */
  batches: 10,
  /** Bytes of all request bodies as sent. */
  requestBytes: 11,
  /** Sum over all requests. */
  requestMillis: 12,
  /** First of the losses, in the order of `EXPORTER_LOSS_REASONS`. */
  lost: 16,
} as const;

export const BREAKER_STATE = { closed: 0, open: 1, half_open: 2 } as const;

/** Slot of one exporter reason. */
export const workerLossSlot: Readonly<Record<ExporterLossReason, number>> = Object.fromEntries(
  EXPORTER_LOSS_REASONS.map((reason, index) => [reason, WORKER_SLOT.lost + index]),
) as Record<ExporterLossReason, number>;

export const WORKER_SLOTS = WORKER_SLOT.lost + EXPORTER_LOSS_REASONS.length;
if (WORKER_SLOTS > BLOCK_SLOTS)
  throw new Error(`the worker's block has ${BLOCK_SLOTS} slots, ${WORKER_SLOTS} are named`);
