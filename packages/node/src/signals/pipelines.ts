import type { Resource } from '@opentelemetry/resources';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { TelemetrySettings } from '@vigil/config/environment';
import type { MetricRegistry } from '@vigil/metrics';
import type { ExportPipeline } from '@vigil/otlp-exporter';
import type { Providers } from '../instrumentations/entry.ts';
import { createLogs } from './logs.ts';
import { createMetrics } from './metrics.ts';
import type { SignalPipeline } from './signal-pipeline.ts';
import { createTraces } from './traces.ts';

/** Parts of the application's own, each before Vigil's of the same kind. Default: none. */
export interface AddedParts {
  readonly spanProcessors?: readonly SpanProcessor[];
  readonly metricReaders?: readonly IMetricReader[];
  readonly logRecordProcessors?: readonly LogRecordProcessor[];
}

export interface Pipelines {
  readonly providers: Providers;
  /** For the instrumentations; undefined when metrics are off. */
  readonly registry: MetricRegistry | undefined;
  readonly pipelines: readonly SignalPipeline<unknown>[];
  /** Decides the traces that still run, for a process that is about to be killed. Never throws. */
  readonly settle: () => void;
  /** For `exit` handlers: collects what needs no turn of the event loop. Never throws. */
  readonly handOverNow: () => void;
  /** For `exit` handlers: blocks the thread while everything that waits is sent. Never throws. */
  readonly drainSync: (timeoutMillis: number) => void;
}

/** Builds a pipeline for each signal that has an exporter or an added part; the others stay OpenTelemetry's no-op. */
export function createPipelines(
  settings: Pick<TelemetrySettings, 'traces' | 'metrics' | 'logs'>,
  resource: Resource,
  pipeline: ExportPipeline | undefined,
  { spanProcessors = [], metricReaders = [], logRecordProcessors = [] }: AddedParts,
): Pipelines {
  const isOn = ({ exporters }: { readonly exporters: readonly string[] }, added: readonly unknown[]) =>
    exporters.length + added.length > 0;
  const traces = isOn(settings.traces, spanProcessors)
    ? createTraces(settings.traces, resource, pipeline, spanProcessors)
    : undefined;
  const metrics = isOn(settings.metrics, metricReaders)
    ? createMetrics(settings.metrics, resource, pipeline, metricReaders)
    : undefined;
  const logs = isOn(settings.logs, logRecordProcessors)
    ? createLogs(settings.logs, resource, pipeline, logRecordProcessors)
    : undefined;
  const pipelines = [traces, metrics, logs].filter((signal) => signal !== undefined);
  return {
    providers: {
      tracerProvider: traces?.provider,
      meterProvider: metrics?.provider,
      loggerProvider: logs?.provider,
    },
    registry: metrics?.registry,
    pipelines,
    settle: () => traces?.processor?.settle(),
    handOverNow() {
      for (const signal of pipelines) {
        try {
          signal.handOverNow?.();
        } catch {
          // Callbacks of the application after whatever ended it: what one of them spoils must not keep the rest from being sent.
        }
      }
    },
    drainSync(timeoutMillis) {
      // The processor decides the traces that still run, and then drains the pipeline all signals share.
      if (traces?.processor !== undefined) traces.processor.drainSync(timeoutMillis);
      else pipeline?.drainSync({ timeoutMillis });
    },
  };
}
