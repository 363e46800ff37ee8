import { ProtobufTraceSerializer, TraceExporterMetricsHelper } from '@opentelemetry/otlp-transformer';
import type { Resource } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ConsoleSpanExporter,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TracesSettings } from '@vigil/config/environment';
import { createOtlpExporter } from '../otlp/otlp-exporter.ts';
import type { RetryGate } from '../otlp/retry.ts';
import { QueryRedaction } from './query-redaction.ts';
import { createSampler } from './sampler.ts';
import type { SignalPipeline } from './signal-pipeline.ts';

/** Builds the tracer provider with one batch processor an exporter; `added` processors come first. */
export function createTraces(
  settings: TracesSettings,
  resource: Resource,
  gate: RetryGate,
  added: readonly SpanProcessor[] = [],
): SignalPipeline<TracerProvider> {
  const exporters = settings.exporters.map(
    (name): SpanExporter =>
      name === 'console'
        ? new ConsoleSpanExporter()
        : createOtlpExporter<ReadableSpan[], unknown>(
            { signal: 'traces', serializer: ProtobufTraceSerializer, metricsHelper: TraceExporterMetricsHelper },
            settings.otlp,
            gate,
          ),
  );
  const processors = exporters.map((exporter) => new BatchSpanProcessor({ exporter, ...settings.batch }));
  const provider = new TracerProvider({
    resource,
    sampler: createSampler(settings.sampler),
    spanLimits: settings.limits,
    spanProcessors: [...added, new QueryRedaction(), ...processors],
  });
  return {
    provider,
    async forceFlush() {
      await provider.forceFlush();
      // OpenTelemetry's processor does not ask its exporter.
      await Promise.all(exporters.map((exporter) => exporter.forceFlush?.()));
    },
    shutdown: () => provider.shutdown(),
  };
}
