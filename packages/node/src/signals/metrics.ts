import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { Resource } from '@opentelemetry/resources';
import {
  ConsoleMetricExporter,
  type IMetricReader,
  MeterProvider,
  type MetricProducer,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import type { MetricsSettings } from '@vigil/config/environment';
import { type CollectableMetricRegistry, createMetricRegistry, joinReader } from '@vigil/metrics';
import type { ExportPipeline } from '@vigil/otlp-exporter';
import { OtlpMetricExporter } from '@vigil/otlp-exporter/metrics';
import { BoundedMetricReader } from './bounded-metric-reader.ts';
import { collectNow } from './collect-now.ts';
import { guardMeters } from './guarded-meters.ts';
import { ObservableCallbacks } from './observable-callbacks.ts';
import { type PrometheusServer, servePrometheus } from './prometheus-server.ts';
import type { SignalPipeline } from './signal-pipeline.ts';
import { temporalityOf } from './temporality.ts';

/** The SDK's metrics, and those of Vigil's own instrumentations. */
export interface MetricsPipeline extends SignalPipeline<MeterProvider> {
  /** Every reader collects it beside the SDK's instruments. */
  readonly registry: CollectableMetricRegistry;
}

/** Builds the meter provider with one reader an exporter; `added` readers come first. */
export function createMetrics(
  settings: MetricsSettings,
  resource: Resource,
  pipeline: ExportPipeline | undefined,
  added: readonly IMetricReader[] = [],
): MetricsPipeline {
  const servers: PrometheusServer[] = [];
  const { exportIntervalMillis, exportTimeoutMillis } = settings;
  const callbacks = new ObservableCallbacks();
  const registry = createMetricRegistry();
  const push = (exporter: PushMetricExporter, producer: MetricProducer): IMetricReader =>
    new BoundedMetricReader(
      { exporter, exportIntervalMillis, exportTimeoutMillis, metricProducers: [producer] },
      callbacks,
      () => performance.now(),
    );
  for (const reader of added) joinReader(reader, registry);
  const readers = [...added];
  if (settings.exporters.includes('prometheus')) {
    const reader = new PrometheusExporter({ preventServerStart: true, metricProducers: [registry.producer()] });
    servers.push(servePrometheus(reader, settings.prometheus));
    readers.push(reader);
  }
  if (settings.exporters.includes('console')) readers.push(push(new ConsoleMetricExporter(), registry.producer()));
  const exporter =
    pipeline !== undefined && settings.exporters.includes('otlp') ? handOverExporter(pipeline, settings) : undefined;
  const producer =
    exporter &&
    registry.producer({ selectAggregationTemporality: temporalityOf(settings.temporality), exemplars: true });
  const reader = exporter && producer && push(exporter, producer);
  if (reader !== undefined) readers.push(reader);
  const provider = new MeterProvider({ resource, readers });
  guardMeters(provider, callbacks);
  return {
    provider,
    registry,
    handOver: (timeoutMillis) => provider.forceFlush({ timeoutMillis }),
    handOverNow() {
      const scopeMetrics = producer?.collectNow() ?? [];
      try {
        scopeMetrics.unshift(...(collectNow(provider, reader, callbacks, Date.now())?.scopeMetrics ?? []));
      } finally {
        // Who reads the result does not exist any more; what is lost is counted by the pipeline.
        exporter?.export({ resource, scopeMetrics }, () => undefined);
      }
    },
    async shutdown() {
      await Promise.all([provider.shutdown(), ...servers.map((server) => server.close())]);
      producer?.stop();
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
