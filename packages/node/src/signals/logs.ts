import { LogsExporterMetricsHelper, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import type { Resource } from '@opentelemetry/resources';
import {
  BatchLogRecordProcessor,
  ConsoleLogRecordExporter,
  LoggerProvider,
  type LogRecordExporter,
  type LogRecordProcessor,
  type ReadableLogRecord,
} from '@opentelemetry/sdk-logs';
import type { LogsSettings } from '@vigil/config/environment';
import { createOtlpExporter } from '../otlp/otlp-exporter.ts';
import type { RetryGate } from '../otlp/retry.ts';
import type { SignalPipeline } from './signal-pipeline.ts';

/** Builds the logger provider with one batch processor an exporter; `added` processors come first. */
export function createLogs(
  settings: LogsSettings,
  resource: Resource,
  gate: RetryGate,
  added: readonly LogRecordProcessor[] = [],
): SignalPipeline<LoggerProvider> {
  const exporters = settings.exporters.map(
    (name): LogRecordExporter =>
      name === 'console'
        ? new ConsoleLogRecordExporter()
        : createOtlpExporter<ReadableLogRecord[], unknown>(
            { signal: 'logs', serializer: ProtobufLogsSerializer, metricsHelper: LogsExporterMetricsHelper },
            settings.otlp,
            gate,
          ),
  );
  const provider = new LoggerProvider({
    resource,
    logRecordLimits: settings.limits,
    processors: [
      ...added,
      ...exporters.map((exporter) => new BatchLogRecordProcessor({ exporter, ...settings.batch })),
    ],
  });
  return { provider, forceFlush: () => provider.forceFlush(), shutdown: () => provider.shutdown() };
}
