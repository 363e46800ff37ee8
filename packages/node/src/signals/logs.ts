import type { Resource } from '@opentelemetry/resources';
import {
  ConsoleLogRecordExporter,
  LoggerProvider,
  type LogRecordProcessor,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import type { LogsSettings } from '@vigil/config/environment';
import type { ExportPipeline } from '@vigil/otlp-exporter';
import { OtlpLogRecordProcessor } from '@vigil/otlp-exporter/logs';
import { guardLoggers, guardLogProcessor } from './guarded-logs.ts';
import type { SignalPipeline } from './signal-pipeline.ts';

/** Builds the logger provider with one processor an exporter; `added` processors come first. */
export function createLogs(
  settings: LogsSettings,
  resource: Resource,
  pipeline: ExportPipeline | undefined,
  added: readonly LogRecordProcessor[] = [],
): SignalPipeline<LoggerProvider> {
  const others = added.map(guardLogProcessor);
  if (settings.exporters.includes('console')) {
    others.push(new SimpleLogRecordProcessor({ exporter: new ConsoleLogRecordExporter() }));
  }
  const isExported = pipeline !== undefined && settings.exporters.includes('otlp');
  const processors = isExported ? [...others, new OtlpLogRecordProcessor({ pipeline, ...settings.batch })] : others;
  const provider = new LoggerProvider({ resource, logRecordLimits: settings.limits, processors });
  guardLoggers(provider);
  return {
    provider,
    // The pipeline asks ours itself.
    handOver: () => Promise.allSettled(others.map((processor) => processor.forceFlush())),
    shutdown: () => provider.shutdown(),
  };
}
