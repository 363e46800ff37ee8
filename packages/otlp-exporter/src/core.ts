export type { PartialSuccess } from './answer/partial-success.ts';
export { readPartialSuccess } from './answer/partial-success.ts';
export {
  type BreakerEvent,
  type BreakerOptions,
  type BreakerState,
  CLOSED_BREAKER,
  DEFAULT_BREAKER_OPTIONS,
  mayAttemptAtMillis,
  nextBreakerState,
} from './breaker/breaker.ts';
export type { Clock, Random, TimerHandle, Timers } from './clock.ts';
export type { EncodeLimits } from './encode/encode-limits.ts';
export { DOES_NOT_FIT, ENCODE_ERROR, OVERSIZE } from './encode/encode-outcome.ts';
export { createSpanEncoder, type SpanEncoder } from './encode/span-encoder.ts';
export { ExportLoop } from './export-loop/export-loop.ts';
export {
  type Compress,
  type ContentEncoding,
  DEFAULT_EXPORT_LOOP_LIMITS,
  type ExportLoopLimits,
  type ExportLoopOptions,
  type SignalSettings,
  type SubmissionOutcome,
} from './export-loop/export-loop-options.ts';
export { type LedgerSnapshot, readLedger } from './ledger/read-ledger.ts';
export { abandonQueue, type SettledWorker, settleWorker } from './ledger/settle-worker.ts';
export { ownOptions } from './option-problems.ts';
export { type BackOff, type BackOffOptions, backOffAfterFailure, DEFAULT_BACK_OFF_OPTIONS } from './retry/back-off.ts';
export { parseRetryAfter } from './retry/retry-after.ts';
export {
  BATCH_BYTES,
  CONTROL,
  createPipelineMemory,
  type PipelineMemory,
  type PipelineMemoryOptions,
  RING_BYTES_DEFAULT,
  WAKE,
} from './ring/pipeline-memory.ts';
export { SpanPipe, type SpanPipeOptions } from './span-pipe.ts';
export type { Attempt, AttemptOutcome, Signal, Transport } from './transport/transport.ts';
