import type { ExporterLossReason } from '@vigil/conventions';

export type Signal = 'traces' | 'metrics' | 'logs';

/** One attempt to hand over one request body. */
export interface Attempt {
  readonly signal: Signal;
  readonly body: Uint8Array;
  readonly contentEncoding: 'gzip' | 'zstd' | undefined;
  /** The whole attempt, from name lookup to the last byte of the answer, may take this long. */
  readonly deadlineMillis: number;
}

/** What became of one attempt. What it means is decided elsewhere: a transport never retries. */
export type AttemptOutcome =
  | {
      readonly kind: 'answered';
      readonly statusCode: number;
      /** The header's value as it came; several headers joined by a comma. */
      readonly retryAfter: string | undefined;
      readonly contentType: string | undefined;
      /** At most 64 KiB, inflated; empty when it was longer, broken or malformed. */
      readonly body: Uint8Array;
    }
  | {
      readonly kind: 'failed';
      readonly reason: ExporterLossReason;
      /** The request left completely, so the receiver may have taken it although no answer came. */
      readonly maybeAccepted: boolean;
    };

/** The wire: `http`, or a test's or the simulator's. */
export interface Transport {
  /** Calls `settled` exactly once, never synchronously and never later than the deadline; never throws. */
  send(attempt: Attempt, settled: (outcome: AttemptOutcome) => void): void;
  /** Destroys what is open; attempts on their way settle as failed. */
  close(): void;
}
