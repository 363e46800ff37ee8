import { type OtlpSettings, readOtlp } from './environment-otlp.ts';
import type { EnvironmentReader } from './environment-reader.ts';
import { readSampling, type SamplingSettings } from './environment-sampling.ts';

const MIB = 1024 * 1024;
/** The longest delay Node.js has; with a longer one its timers fire every millisecond. */
const DELAY_MAXIMUM_MILLIS = 2 ** 31 - 1;

/** Log records that wait; the names are those of OpenTelemetry's batch processors. */
export interface BatchSettings {
  /** Records that may wait; one more is dropped. */
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
  readonly scheduledDelayMillis: number;
}

/** Counts and characters after which a span is cut; 0 keeps nothing, `Infinity` cuts nothing. */
export interface SpanLimitSettings {
  readonly attributeCountLimit: number;
  readonly attributeValueLengthLimit: number;
  readonly eventCountLimit: number;
  readonly linkCountLimit: number;
  readonly attributePerEventCountLimit: number;
  readonly attributePerLinkCountLimit: number;
}

export interface TracesSettings {
  /** Empty when traces are off (`OTEL_TRACES_EXPORTER=none`). */
  readonly exporters: readonly ('otlp' | 'console')[];
  readonly otlp: OtlpSettings;
  readonly sampling: SamplingSettings;
  /** `OTEL_BSP_SCHEDULE_DELAY`: how long a span waits for more before it is sent, in milliseconds. Default: 100. */
  readonly scheduledDelayMillis: number;
  /** `VIGIL_RING_BYTES`: encoded spans that may wait, rounded up to a power of two. Default: 8 MiB. */
  readonly ringBytes: number;
  readonly limits: SpanLimitSettings;
}

export interface MetricsSettings {
  /** Empty when metrics are off (`OTEL_METRICS_EXPORTER=none`). */
  readonly exporters: readonly ('otlp' | 'prometheus' | 'console')[];
  readonly otlp: OtlpSettings;
  readonly temporality: 'cumulative' | 'delta' | 'lowmemory';
  readonly exportIntervalMillis: number;
  /** Never above the interval. */
  readonly exportTimeoutMillis: number;
  /** Where Prometheus may scrape, used with the exporter `prometheus`; port 0 takes a free one. */
  readonly prometheus: { readonly host: string; readonly port: number };
}

export interface LogsSettings {
  /** Empty when logs are off (`OTEL_LOGS_EXPORTER=none`). */
  readonly exporters: readonly ('otlp' | 'console')[];
  readonly otlp: OtlpSettings;
  readonly batch: BatchSettings;
  readonly limits: { readonly attributeCountLimit: number; readonly attributeValueLengthLimit: number };
}

export function readTraces(reader: EnvironmentReader): TracesSettings {
  return {
    exporters: reader.listOf('OTEL_TRACES_EXPORTER', ['otlp', 'console'], ['otlp']),
    otlp: readOtlp(reader, 'traces'),
    sampling: readSampling(reader),
    scheduledDelayMillis: reader.integer('OTEL_BSP_SCHEDULE_DELAY', 100, { minimum: 0, maximum: 60_000 }),
    ringBytes: reader.integer('VIGIL_RING_BYTES', 8 * MIB, { minimum: MIB, maximum: 256 * MIB }),
    limits: readSpanLimits(reader),
  };
}

export function readMetrics(reader: EnvironmentReader): MetricsSettings {
  const exportIntervalMillis = reader.integer('OTEL_METRIC_EXPORT_INTERVAL', 60_000, {
    minimum: 1,
    maximum: DELAY_MAXIMUM_MILLIS,
  });
  const timeoutMillis = reader.integer('OTEL_METRIC_EXPORT_TIMEOUT', 30_000, {
    minimum: 1,
    maximum: DELAY_MAXIMUM_MILLIS,
  });
  if (timeoutMillis > exportIntervalMillis && reader.text('OTEL_METRIC_EXPORT_TIMEOUT') !== undefined) {
    reader.report('OTEL_METRIC_EXPORT_TIMEOUT', `above the interval; using ${exportIntervalMillis}`);
  }
  return {
    exporters: reader.listOf('OTEL_METRICS_EXPORTER', ['otlp', 'prometheus', 'console'], ['otlp']),
    otlp: readOtlp(reader, 'metrics'),
    temporality: reader.oneOf(
      'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
      ['cumulative', 'delta', 'lowmemory'],
      'cumulative',
    ),
    exportIntervalMillis,
    exportTimeoutMillis: Math.min(timeoutMillis, exportIntervalMillis),
    prometheus: {
      host: reader.text('OTEL_EXPORTER_PROMETHEUS_HOST') ?? '127.0.0.1',
      port: reader.integer('OTEL_EXPORTER_PROMETHEUS_PORT', 9464, { minimum: 0, maximum: 65_535 }),
    },
  };
}

export function readLogs(reader: EnvironmentReader): LogsSettings {
  const general = readAttributeLimits(reader);
  return {
    exporters: reader.listOf('OTEL_LOGS_EXPORTER', ['otlp', 'console'], ['otlp']),
    otlp: readOtlp(reader, 'logs'),
    batch: readBatch(reader),
    limits: {
      attributeCountLimit: readLimit(reader, 'OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT', general.count),
      attributeValueLengthLimit: readLimit(reader, 'OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', general.length),
    },
  };
}

function readBatch(reader: EnvironmentReader): BatchSettings {
  const maxQueueSize = reader.integer('OTEL_BLRP_MAX_QUEUE_SIZE', 2_048, { minimum: 1, maximum: 1_000_000 });
  const batchSize = reader.integer('OTEL_BLRP_MAX_EXPORT_BATCH_SIZE', 512, { minimum: 1 });
  if (batchSize > maxQueueSize && reader.text('OTEL_BLRP_MAX_EXPORT_BATCH_SIZE') !== undefined) {
    reader.report('OTEL_BLRP_MAX_EXPORT_BATCH_SIZE', `above the queue's size; using ${maxQueueSize}`);
  }
  return {
    maxQueueSize,
    maxExportBatchSize: Math.min(batchSize, maxQueueSize),
    scheduledDelayMillis: reader.integer('OTEL_BLRP_SCHEDULE_DELAY', 1_000, { minimum: 0, maximum: 3_600_000 }),
  };
}

function readSpanLimits(reader: EnvironmentReader): SpanLimitSettings {
  const general = readAttributeLimits(reader);
  return {
    attributeCountLimit: readLimit(reader, 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', general.count),
    attributeValueLengthLimit: readLimit(reader, 'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', general.length),
    eventCountLimit: readLimit(reader, 'OTEL_SPAN_EVENT_COUNT_LIMIT', 128),
    linkCountLimit: readLimit(reader, 'OTEL_SPAN_LINK_COUNT_LIMIT', 128),
    attributePerEventCountLimit: readLimit(reader, 'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', 128),
    attributePerLinkCountLimit: readLimit(reader, 'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', 128),
  };
}

function readAttributeLimits(reader: EnvironmentReader): { readonly count: number; readonly length: number } {
  return {
    count: readLimit(reader, 'OTEL_ATTRIBUTE_COUNT_LIMIT', 128),
    length: readLimit(reader, 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', Infinity),
  };
}

const readLimit = (reader: EnvironmentReader, name: string, fallback: number) =>
  reader.integer(name, fallback, { minimum: 0 });
