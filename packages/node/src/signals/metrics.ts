import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { Resource } from '@opentelemetry/resources';
import {
  ConsoleMetricExporter,
  type IMetricReader,
  MeterProvider,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import type { MetricsSettings } from '@vigil/config/environment';
import type { ExportPipeline } from '@vigil/otlp-exporter';
import { OtlpMetricExporter } from '@vigil/otlp-exporter/metrics';
import { BoundedMetricReader } from './bounded-metric-reader.ts';
import { collectNow } from './collect-now.ts';
import { guardMeters } from './guarded-meters.ts';
import { ObservableCallbacks } from './observable-callbacks.ts';
import { type PrometheusServer, servePrometheus } from './prometheus-server.ts';
import type { SignalPipeline } from './signal-pipeline.ts';
import { temporalityOf } from './temporality.ts';

/** Builds the meter provider with one reader an exporter; `added` readers come first. */
export function createMetrics(
  settings: MetricsSettings,
  resource: Resource,
  pipeline: ExportPipeline | undefined,
  added: readonly IMetricReader[] = [],
): SignalPipeline<MeterProvider> {
  const servers: PrometheusServer[] = [];
  const { exportIntervalMillis, exportTimeoutMillis } = settings;
  const callbacks = new ObservableCallbacks();
  const push = (exporter: PushMetricExporter): IMetricReader =>
    new BoundedMetricReader({ exporter, exportIntervalMillis, exportTimeoutMillis }, callbacks, () =>
      performance.now(),
    );
  const readers = [...added];
  if (settings.exporters.includes('prometheus')) {
    const reader = new PrometheusExporter({ preventServerStart: true });
    servers.push(servePrometheus(reader, settings.prometheus));
    readers.push(reader);
  }
  if (settings.exporters.includes('console')) readers.push(push(new ConsoleMetricExporter()));
  const isExported = pipeline !== undefined && settings.exporters.includes('otlp');
  const exporter = isExported ? handOverExporter(pipeline, settings) : undefined;
  const reader = exporter && push(exporter);
  if (reader !== undefined) readers.push(reader);
  const provider = new MeterProvider({ resource, readers });
  guardMeters(provider, callbacks);
  return {
    provider,
    handOver: (timeoutMillis) => provider.forceFlush({ timeoutMillis }),
    handOverNow() {
      const metrics = reader && collectNow(provider, reader, callbacks, Date.now());
      // Who reads the result does not exist any more; what is lost is counted by the pipeline.
      if (metrics !== undefined) exporter?.export(metrics, () => undefined);
    },
    async shutdown() {
      await Promise.all([provider.shutdown(), ...servers.map((server) => server.close())]);
    },
  };
}

/**
 * The SDK's reader asks its exporter for a flush whenever it collects, and holds the process until that is done; the pipeline is
 * flushed once, for all signals.
 */
function handOverExporter(pipeline: ExportPipeline, { temporality }: MetricsSettings): PushMetricExporter {
  const exporter = new OtlpMetricExporter({ pipeline });
  return {
    export: (metrics, resultCallback) => exporter.export(metrics, resultCallback),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
    selectAggregationTemporality: temporalityOf(temporality),
  };
}
