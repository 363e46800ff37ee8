import type { SubmissionOutcome } from '../export-loop/export-loop-options.ts';

/** Called once, later. */
export type Settled = (outcome: SubmissionOutcome) => void;

/** Where the export loop runs: in a worker, or on the application's thread. Nothing here throws or rejects. */
export interface ExportHost {
  /** Something waits in the ring, and the loop sleeps. */
  notify(): void;
  /** Hands over one request body; the bytes belong to the host from here on. */
  submit(signal: 'metrics' | 'logs', bytes: Uint8Array<ArrayBuffer>, items: number, settled: Settled): void;
  /** Sends what waits now. `true` when all of it has an outcome in time; sooner `false` when it cannot be sent for now. */
  flush(timeoutMillis: number): Promise<boolean>;
  /** Sends what waits, gives up the rest at the deadline, and ends. `true` when nothing had to be given up. */
  shutdown(timeoutMillis: number): Promise<boolean>;
  /** The same, for `exit` handlers: blocks the calling thread, for at most `timeoutMillis`. */
  drainSync(timeoutMillis: number): boolean;
}
