import type { MessagePort } from 'node:worker_threads';
import type { SubmissionOutcome } from '../export-loop/export-loop-options.ts';
import { CONTROL, type PipelineMemory } from '../ring/pipeline-memory.ts';
import type { AttemptReport } from '../transport/timed-transport.ts';
import type { ExportSettings } from './export-settings.ts';

/** What the worker is started with. */
export interface WorkerStart {
  readonly memory: PipelineMemory;
  readonly port: MessagePort;
  readonly settings: ExportSettings;
}

export type ToWorker =
  | {
      readonly kind: 'submit';
      readonly id: number;
      readonly signal: 'metrics' | 'logs';
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly items: number;
    }
  | { readonly kind: 'flush'; readonly id: number }
  /** By the platform's clock, which both threads read the same: the worker may still be starting when this is sent. */
  | { readonly kind: 'shutdown'; readonly untilMillis: number };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'settled'; readonly id: number; readonly outcome: SubmissionOutcome }
  | { readonly kind: 'flushed'; readonly id: number; readonly isComplete: boolean }
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'attempted'; readonly attempt: AttemptReport }
  | { readonly kind: 'stopped' }
  /** The loop met a ring that no producer wrote; the worker ends. */
  | { readonly kind: 'failed' };

/** Word of `PipelineMemory.control` on which a thread that ends waits for the worker; values of `STOPPED`. */
export const STOPPED_WORD = CONTROL.host;
export const STOPPED = { no: 0, clean: 1, leftovers: 2 } as const;
