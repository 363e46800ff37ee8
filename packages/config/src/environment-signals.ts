import { type OtlpSettings, readOtlp } from './environment-otlp.ts';
import type { EnvironmentReader } from './environment-reader.ts';

/** Queue in front of an exporter; the names are those of OpenTelemetry's batch processors. */
export interface BatchSettings {
  /** Records that may wait; one more is dropped. */
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
  readonly scheduledDelayMillis: number;
  readonly exportTimeoutMillis: number;
}

export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export interface SamplerSettings {
  readonly name: (typeof SAMPLERS)[number];
  /** Share of traces the `…traceidratio` samplers keep, 0 to 1. Default: 1. */
  readonly ratio: number;
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
  readonly sampler: SamplerSettings;
  readonly batch: BatchSettings;
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
    sampler: readSampler(reader),
    batch: readBatch(reader, 'OTEL_BSP', 5_000),
    limits: readSpanLimits(reader),
  };
}

export function readMetrics(reader: EnvironmentReader): MetricsSettings {
  const exportIntervalMillis = reader.integer('OTEL_METRIC_EXPORT_INTERVAL', 60_000, { minimum: 1 });
  const timeoutMillis = reader.integer('OTEL_METRIC_EXPORT_TIMEOUT', 30_000, { minimum: 1 });
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
    batch: readBatch(reader, 'OTEL_BLRP', 1_000),
    limits: {
      attributeCountLimit: readLimit(reader, 'OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT', general.count),
      attributeValueLengthLimit: readLimit(reader, 'OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', general.length),
    },
  };
}

function readSampler(reader: EnvironmentReader): SamplerSettings {
  const name = reader.oneOf('OTEL_TRACES_SAMPLER', SAMPLERS, 'parentbased_always_on');
  return { name, ratio: name.endsWith('traceidratio') ? reader.fraction('OTEL_TRACES_SAMPLER_ARG', 1) : 1 };
}

function readBatch(reader: EnvironmentReader, prefix: 'OTEL_BSP' | 'OTEL_BLRP', delayMillis: number): BatchSettings {
  const maxQueueSize = reader.integer(`${prefix}_MAX_QUEUE_SIZE`, 2048, { minimum: 1 });
  const batchSize = reader.integer(`${prefix}_MAX_EXPORT_BATCH_SIZE`, 512, { minimum: 1 });
  if (batchSize > maxQueueSize && reader.text(`${prefix}_MAX_EXPORT_BATCH_SIZE`) !== undefined) {
    reader.report(`${prefix}_MAX_EXPORT_BATCH_SIZE`, `above the queue's size; using ${maxQueueSize}`);
  }
  return {
    maxQueueSize,
    maxExportBatchSize: Math.min(batchSize, maxQueueSize),
    scheduledDelayMillis: reader.integer(`${prefix}_SCHEDULE_DELAY`, delayMillis, { minimum: 0 }),
    exportTimeoutMillis: reader.integer(`${prefix}_EXPORT_TIMEOUT`, 30_000, { minimum: 1 }),
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
