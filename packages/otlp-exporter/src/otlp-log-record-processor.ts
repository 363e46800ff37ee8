import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import type { ExportPipeline } from './export-pipeline.ts';
import { fitLogRecord, TOO_LARGE } from './log-record-size.ts';
import { assertOptions, wholeNumber } from './option-problems.ts';

type LogRecord = Parameters<typeof ProtobufLogsSerializer.serializeRequest>[0][number];

export interface OtlpLogRecordProcessorOptions {
  readonly pipeline: ExportPipeline;
  /** Records that wait at most, in 4 MiB at most; one more is lost and counted as `queue_full`. Default 2,048; at least 1. */
  readonly maxQueueSize?: number;
  /** So many waiting records are sent at once. Default 512; at least 1, at most `maxQueueSize`. */
  readonly maxExportBatchSize?: number;
  /** Milliseconds the first waiting record waits at most. Default 1,000; 0 means until the next turn of the event loop. */
  readonly scheduledDelayMillis?: number;
}

const FLUSH_TIMEOUT_MILLIS = 5_000;
/** Bytes of waiting records, estimated. */
const WAITING_MAXIMUM_BYTES = 4 * 1024 * 1024;
/** Encoded at a stretch: about a millisecond of the application's thread. */
const STRETCH_RECORDS = 128;
const STRETCH_BYTES = 131_072;

/**
 * Log records through the export pipeline: a `LogRecordProcessor` in the place of the SDK's `BatchLogRecordProcessor`. It
 * encodes on the calling thread, so that what waits can still be sent while the process ends. What became of the records is
 * counted in `pipeline.counts('logs')`. A body or text attribute of more than 65,536 characters is cut; a record that is larger
 * than 256 KiB all the same is lost as `oversize_span`. Never throws, except for wrong options.
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
  /** Estimated bytes of each. */
  #sizes: number[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The timer stands for a batch that is there, not for the age of the first record. */
  #isSoon = false;
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
      return;
    }
    const bytes = fitLogRecord(logRecord);
    if (bytes === TOO_LARGE) {
      this.#pipeline.refused('logs', 1, 'oversize_span');
    } else if (this.#waiting.length >= this.#maxQueueSize || this.#waitingBytes + bytes > WAITING_MAXIMUM_BYTES) {
      this.#pipeline.refused('logs', 1, 'queue_full');
    } else {
      this.#waiting.push(logRecord);
      this.#sizes.push(bytes);
      this.#waitingBytes += bytes;
      this.#schedule();
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

  /** At once when a batch is there, else when the first record has waited for its time. */
  #schedule(): void {
    const isDue = this.#waiting.length >= this.#maxExportBatchSize || this.#waitingBytes >= STRETCH_BYTES;
    if (isDue ? this.#isSoon : this.#timer !== undefined) return;
    clearTimeout(this.#timer);
    this.#isSoon = isDue;
    this.#timer = setTimeout(() => this.#whenResourceIsKnown(), isDue ? 0 : this.#scheduledDelayMillis).unref();
  }

  /** Detectors of a resource may still be asking; nobody waits for them when the process ends. */
  #whenResourceIsKnown(): void {
    const resource = this.#waiting[0]?.resource;
    const pending = resource?.asyncAttributesPending === true ? resource.waitForAsyncAttributes?.() : undefined;
    const handOver = () => this.#handOverStretch();
    if (pending === undefined) handOver();
    else pending.then(handOver, handOver);
  }

  /** As much as the event loop should be held up for, the rest in its next turn. */
  #handOverStretch(): void {
    this.#unschedule();
    this.#handOverSome();
    if (this.#waiting.length === 0) return;
    this.#isSoon = true;
    this.#timer = setTimeout(() => this.#handOverStretch(), 0).unref();
  }

  #handOver(): void {
    this.#unschedule();
    while (this.#waiting.length > 0) this.#handOverSome();
  }

  #unschedule(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isSoon = false;
  }

  #handOverSome(): void {
    const most = Math.min(this.#maxExportBatchSize, STRETCH_RECORDS, this.#waiting.length);
    let bytes = this.#sizes[0] ?? 0;
    let count = 1;
    while (count < most && bytes + (this.#sizes[count] ?? 0) <= STRETCH_BYTES) {
      bytes += this.#sizes[count] ?? 0;
      count += 1;
    }
    const records = this.#waiting.splice(0, count);
    this.#sizes.splice(0, count);
    this.#waitingBytes -= bytes;
    this.#encode(records);
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
