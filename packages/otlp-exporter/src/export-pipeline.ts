import { diag } from '@opentelemetry/api';
import type { LossReason } from '@vigil/conventions';
import { createSpanEncoder } from './encode/span-encoder.ts';
import type { SubmissionOutcome } from './export-loop/export-loop-options.ts';
import { type ExportPipelineOptions, resolvePipelineOptions } from './export-pipeline-options.ts';
import { InThreadHost } from './in-thread/in-thread-host.ts';
import { type LedgerSnapshot, readLedger } from './ledger/read-ledger.ts';
import { plainCredentialOrigins } from './plain-credentials.ts';
import { createPipelineMemory } from './ring/pipeline-memory.ts';
import { SignalCounter, type SignalCounts } from './signal-counts.ts';
import { SpanPipe } from './span-pipe.ts';
import type { AttemptReport } from './transport/timed-transport.ts';
import type { ExportHost } from './worker/export-host.ts';
import type { ExportPlatform } from './worker/export-platform.ts';
import { NODE_PLATFORM } from './worker/node-platform.ts';
import { WorkerHost } from './worker/worker-host.ts';

/** How long something may take. */
export interface WithinOptions {
  /** Milliseconds. */
  readonly timeoutMillis?: number;
}

/** The export path of one process: spans, metrics and logs through one worker. No method throws or rejects. */
export interface ExportPipeline {
  /** Where ended spans go in. */
  readonly spans: SpanPipe;
  /**
   * Hands over one finished OTLP request body of `items` data points or log records; the bytes are the pipeline's from here on.
   * `settled` is called once with what became of it.
   */
  submit(
    signal: 'metrics' | 'logs',
    bytes: Uint8Array,
    items: number,
    settled?: (outcome: SubmissionOutcome) => void,
  ): void;
  /** Counts items that were lost before they could be submitted. */
  refused(signal: 'metrics' | 'logs', items: number, reason: LossReason): void;
  /** What became of everything submitted or refused so far. */
  counts(signal: 'metrics' | 'logs'): SignalCounts;
  /** Where every span is that ever ended; exact between two calls of the processor. */
  ledger(): LedgerSnapshot;
  /**
   * Calls `handOver` before every flush, shutdown and drain, synchronously: for whoever still holds something.
   *
   * @returns stops that.
   */
  beforeFlush(handOver: () => void): () => void;
  /**
   * Calls `listener` after every attempt to send something, a little later: for metrics of the export.
   *
   * @returns stops that.
   */
  onAttempt(listener: (attempt: AttemptReport) => void): () => void;
  /** Sends what waits, without waiting for its age. Default 5,000 ms. `true` when all of it has an outcome in time. */
  forceFlush(options?: WithinOptions): Promise<boolean>;
  /**
   * Takes nothing more, sends what waits, counts what is left as `shutdown_deadline` or `unconfirmed`, and ends. Default 1,800 ms.
   * `true` when nothing was left. A second call waits for the first.
   */
  shutdown(options?: WithinOptions): Promise<boolean>;
  /**
   * The same for `process.on('exit')`: blocks the thread while the worker sends. Default and at most 500 ms. Without a worker nothing
   * can be sent any more; what is left is counted. `true` when nothing was left.
   */
  drainSync(options?: WithinOptions): boolean;
}

const DRAIN_SYNC_MAXIMUM_MILLIS = 500;

/**
 * Makes the export path of this process and starts its worker; where workers are not allowed it runs on this thread, and one line
 * says so. It installs no handlers: whoever makes it calls `shutdown` or `drainSync`.
 *
 * @throws TypeError that names every option that is wrong.
 * @example
 * ```ts
 * import { createExportPipeline } from '@vigil/otlp-exporter';
 *
 * const pipeline = createExportPipeline({ endpoints: { traces: { url: 'http://127.0.0.1:4318/v1/traces' } } });
 * process.on('exit', () => pipeline.drainSync());
 * ```
 */
export function createExportPipeline(options: ExportPipelineOptions): ExportPipeline {
  return openExportPipeline(options, NODE_PLATFORM);
}

/** The same on a platform of the caller's: for the simulator. */
export function openExportPipeline(options: ExportPipelineOptions, platform: ExportPlatform): ExportPipeline {
  const { ringBytes, encodeLimits, worker, settings, log: wanted } = resolvePipelineOptions(options);
  const log = safeLog(wanted ?? ((line) => diag.warn(line)));
  for (const origin of plainCredentialOrigins(settings.endpoints)) {
    log(`credentials are sent to ${origin} unencrypted, where others can read them: use https`);
  }
  const memory = createPipelineMemory(ringBytes === undefined ? {} : { ringBytes });
  const counters = { metrics: new SignalCounter(), logs: new SignalCounter() };
  const listeners = new Set<() => void>();
  const attemptListeners = new Set<(attempt: AttemptReport) => void>();
  const attempted = (attempt: AttemptReport): void => {
    for (const listener of attemptListeners) {
      try {
        listener(attempt);
      } catch {
        // A measurement that fails is no reason not to export.
      }
    }
  };

  let host: ExportHost;
  const stayInThread = (why: string): ExportHost => {
    log(`no export worker (${why}), exporting on the application's thread`);
    return new InThreadHost({ platform, memory, settings, log, attempted });
  };
  const start = (): ExportHost => {
    if (worker === 'never') return new InThreadHost({ platform, memory, settings, log, attempted });
    try {
      return new WorkerHost({
        platform,
        memory,
        settings,
        log,
        attempted,
        onUnavailable(why, { submissions, flushes }) {
          host = stayInThread(why);
          for (const { signal, bytes, items, settled } of submissions) host.submit(signal, bytes, items, settled);
          for (const flushed of flushes) void host.flush(FLUSH_MILLIS).then(flushed);
        },
      });
    } catch (error) {
      return stayInThread(error instanceof Error ? error.message : String(error));
    }
  };
  host = start();
  const spans = new SpanPipe({ memory, encoder: createSpanEncoder(encodeLimits), notify: () => host.notify() });
  const handOverAll = (): void => {
    for (const handOver of listeners) {
      try {
        handOver();
      } catch {
        // What one holds back must not keep the others from being sent.
      }
    }
  };

  return {
    spans,
    submit(signal, bytes, items, settled) {
      const counter = counters[signal];
      counter.handedOver(items);
      host.submit(signal, owned(bytes), items, (outcome) => {
        counter.settled(items, outcome);
        settled?.(outcome);
      });
    },
    refused: (signal, items, reason) => counters[signal].refused(items, reason),
    counts: (signal) => counters[signal],
    ledger: () => readLedger(memory),
    beforeFlush(handOver) {
      listeners.add(handOver);
      return () => void listeners.delete(handOver);
    },
    onAttempt(listener) {
      attemptListeners.add(listener);
      return () => void attemptListeners.delete(listener);
    },
    forceFlush({ timeoutMillis = FLUSH_MILLIS } = {}) {
      handOverAll();
      return settledSafely(() => host.flush(bounded(timeoutMillis)));
    },
    shutdown({ timeoutMillis = SHUTDOWN_MILLIS } = {}) {
      handOverAll();
      spans.close();
      return settledSafely(() => host.shutdown(bounded(timeoutMillis)));
    },
    drainSync({ timeoutMillis = DRAIN_SYNC_MAXIMUM_MILLIS } = {}) {
      handOverAll();
      spans.close();
      try {
        return host.drainSync(Math.min(bounded(timeoutMillis), DRAIN_SYNC_MAXIMUM_MILLIS));
      } catch {
        return false; // In an exit handler it would change the exit code.
      }
    },
  };
}

const FLUSH_MILLIS = 5_000;
/** A stop takes at most 2 s; a busy machine needs some of that to come back. */
const SHUTDOWN_MILLIS = 1_800;

/** A defect of ours must not end the application as an unhandled rejection. */
async function settledSafely(work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    diag.error(`the export pipeline failed: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

/** Whatever a caller passes, a flush ends: no number means not at all. */
const bounded = (millis: number): number => (millis > 0 ? Math.min(millis, 3_600_000) : 0);

/** Bytes in a buffer of their own, which can be given away. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const isWhole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
  return isWhole ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

/** A log is the application's code. */
function safeLog(log: (line: string) => void): (line: string) => void {
  return (line) => {
    try {
      log(line);
    } catch {
      // There is nobody left to tell.
    }
  };
}
