import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MetricsExporterMetricsHelper, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { Resource } from '@opentelemetry/resources';
import {
  ConsoleMetricExporter,
  type IMetricReader,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { MetricsSettings } from '@vigil/config/environment';
import { createOtlpExporter } from '../otlp/otlp-exporter.ts';
import type { RetryGate } from '../otlp/retry.ts';
import { type PrometheusServer, servePrometheus } from './prometheus-server.ts';
import type { SignalPipeline } from './signal-pipeline.ts';
import { temporalityOf } from './temporality.ts';

/** Builds the meter provider with one reader an exporter; `added` readers come first. */
export function createMetrics(
  settings: MetricsSettings,
  resource: Resource,
  gate: RetryGate,
  added: readonly IMetricReader[] = [],
): SignalPipeline<MeterProvider> {
  const servers: PrometheusServer[] = [];
  const readers = settings.exporters.map((name): IMetricReader => {
    if (name === 'prometheus') {
      const reader = new PrometheusExporter({ preventServerStart: true });
      servers.push(servePrometheus(reader, settings.prometheus));
      return reader;
    }
    const exporter = name === 'console' ? new ConsoleMetricExporter() : createPushExporter(settings, gate);
    const { exportIntervalMillis, exportTimeoutMillis } = settings;
    return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis, exportTimeoutMillis });
  });
  const provider = new MeterProvider({ resource, readers: [...added, ...readers] });
  return {
    provider,
    forceFlush: () => provider.forceFlush(),
    async shutdown() {
      await Promise.all([provider.shutdown(), ...servers.map((server) => server.close())]);
    },
  };
}

function createPushExporter(settings: MetricsSettings, gate: RetryGate): PushMetricExporter {
  const exporter = createOtlpExporter<ResourceMetrics, unknown>(
    { signal: 'metrics', serializer: ProtobufMetricsSerializer, metricsHelper: MetricsExporterMetricsHelper },
    settings.otlp,
    gate,
  );
  const selectAggregationTemporality = temporalityOf(settings.temporality);
  return {
    export: (metrics, resultCallback) => exporter.export(metrics, resultCallback),
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
    selectAggregationTemporality,
  };
}
