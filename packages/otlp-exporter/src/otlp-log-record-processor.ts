import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import type { ExportPipeline } from './export-pipeline.ts';
import { assertOptions, wholeNumber } from './option-problems.ts';

type LogRecord = Parameters<typeof ProtobufLogsSerializer.serializeRequest>[0][number];

export interface OtlpLogRecordProcessorOptions {
  readonly pipeline: ExportPipeline;
  /** Records that wait at most; one more is lost and counted as `queue_full`. Default 2,048; at least 1. */
  readonly maxQueueSize?: number;
  /** So many waiting records are sent at once. Default 512; at least 1, at most `maxQueueSize`. */
  readonly maxExportBatchSize?: number;
  /** Milliseconds the first waiting record waits at most. Default 1,000; 0 means until the next turn of the event loop. */
  readonly scheduledDelayMillis?: number;
}

const FLUSH_TIMEOUT_MILLIS = 5_000;

/**
 * Log records through the export pipeline: a `LogRecordProcessor` in the place of the SDK's `BatchLogRecordProcessor`. It
 * encodes on the calling thread, so that what waits can still be sent while the process ends. What became of the records is
 * counted in `pipeline.counts('logs')`. Never throws, except for wrong options.
 *
 * @throws TypeError naming every option that is wrong.
 * @example
 * ```ts
 * import { LoggerProvider } from '@opentelemetry/sdk-logs';
 * import { createExportPipeline } from '@vigil/otlp-exporter';
 * import { OtlpLogRecordProcessor } from '@vigil/otlp-exporter/logs';
 *
 * const pipeline = createExportPipeline({ endpoints: { logs: { url: 'http://127.0.0.1:4318/v1/logs' } } });
 * const provider = new LoggerProvider({ processors: [new OtlpLogRecordProcessor({ pipeline })] });
 * ```
 */
export class OtlpLogRecordProcessor {
  readonly #pipeline: ExportPipeline;
  readonly #maxQueueSize: number;
  readonly #maxExportBatchSize: number;
  readonly #scheduledDelayMillis: number;
  readonly #stopListening: () => void;
  #waiting: LogRecord[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isShutdown = false;

  constructor(options: OtlpLogRecordProcessorOptions) {
    const { pipeline, maxQueueSize = 2_048, scheduledDelayMillis = 1_000 } = options;
    const maxExportBatchSize = options.maxExportBatchSize ?? Math.min(512, maxQueueSize);
    assertOptions('OtlpLogRecordProcessor', [
      wholeNumber('maxQueueSize', maxQueueSize, { minimum: 1, maximum: 1_000_000 }),
      wholeNumber('maxExportBatchSize', maxExportBatchSize, { minimum: 1, maximum: maxQueueSize }),
      wholeNumber('scheduledDelayMillis', scheduledDelayMillis, { minimum: 0, maximum: 3_600_000 }),
    ]);
    this.#pipeline = pipeline;
    this.#maxQueueSize = maxQueueSize;
    this.#maxExportBatchSize = maxExportBatchSize;
    this.#scheduledDelayMillis = scheduledDelayMillis;
    this.#stopListening = pipeline.beforeFlush(() => this.#handOver());
  }

  onEmit(logRecord: LogRecord): void {
    if (this.#isShutdown) {
      this.#pipeline.refused('logs', 1, 'already_shutdown');
    } else if (this.#waiting.length >= this.#maxQueueSize) {
      this.#pipeline.refused('logs', 1, 'queue_full');
    } else {
      this.#waiting.push(logRecord);
      if (this.#waiting.length === this.#maxExportBatchSize) this.#schedule(0);
      else if (this.#timer === undefined) this.#schedule(this.#scheduledDelayMillis);
    }
  }

  /** Resolves when everything emitted so far has an outcome, at the latest after 5 s. */
  async forceFlush(): Promise<void> {
    await this.#pipeline.forceFlush({ timeoutMillis: FLUSH_TIMEOUT_MILLIS });
  }

  /** Flushes and takes nothing more. The pipeline goes on: it belongs to whoever made it. */
  async shutdown(): Promise<void> {
    if (this.#isShutdown) return;
    this.#isShutdown = true;
    await this.forceFlush();
    this.#stopListening();
  }

  #schedule(millis: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#whenResourceIsKnown(), millis).unref();
  }

  /** Detectors of a resource may still be asking; nobody waits for them when the process ends. */
  #whenResourceIsKnown(): void {
    const handOver = () => this.#handOver();
    const resource = this.#waiting[0]?.resource;
    const pending = resource?.asyncAttributesPending === true ? resource.waitForAsyncAttributes?.() : undefined;
    if (pending === undefined) handOver();
    else pending.then(handOver, handOver);
  }

  #handOver(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const records = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < records.length; from += this.#maxExportBatchSize) {
      this.#encode(records.slice(from, from + this.#maxExportBatchSize));
    }
  }

  /** A batch that cannot be encoded is tried record by record: one hostile attribute costs one record. */
  #encode(records: LogRecord[]): void {
    try {
      this.#pipeline.submit('logs', encoded(records), records.length);
    } catch {
      if (records.length === 1) this.#pipeline.refused('logs', 1, 'encode_error');
      else for (const record of records) this.#encode([record]);
    }
  }
}

/** @throws what attributes throw. */
function encoded(records: LogRecord[]): Uint8Array {
  const bytes = ProtobufLogsSerializer.serializeRequest(records);
  if (bytes === undefined) throw new Error('not encodable');
  return bytes;
}
