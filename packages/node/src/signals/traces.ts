import { createRequire } from 'node:module';
import type { Resource } from '@opentelemetry/resources';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { SamplingSettings, TracesSettings } from '@vigil/config/environment';
import type { ExportPipeline } from '@vigil/otlp-exporter';
import {
  type ConsistentSamplerOptions,
  createConsistentSampler,
  HEALTH_CHECK_ROUTES,
  ResilientSpanProcessor,
  type RetentionOptions,
  standardSampling,
} from '@vigil/span-processor';
import { LightTracerProvider } from '@vigil/tracer';
import { QueryRedaction } from './query-redaction.ts';
import type { SignalPipeline } from './signal-pipeline.ts';

/** Builds the tracer provider: light spans, and one processor in front of the export pipeline; `added` processors come first. */
export function createTraces(
  settings: TracesSettings,
  resource: Resource,
  pipeline: ExportPipeline | undefined,
  added: readonly SpanProcessor[] = [],
): SignalPipeline<LightTracerProvider> & { readonly processor: ResilientSpanProcessor | undefined } {
  const isExported = pipeline !== undefined && settings.exporters.includes('otlp');
  const { sampler, retention } = decide(settings.sampling, isExported);
  const processor = isExported ? new ResilientSpanProcessor({ ...retention, pipeline }) : undefined;
  const foreign = settings.exporters.includes('console') ? [...added, consoleProcessor()] : added;
  const provider = new LightTracerProvider({
    resource,
    sampler: createConsistentSampler(sampler),
    spanLimits: settings.limits,
    spanProcessors: foreign,
    processor: new QueryRedaction(processor),
  });
  return {
    provider,
    processor,
    handOver: () => Promise.allSettled(foreign.map((one) => one.forceFlush())),
    shutdown: () => provider.shutdown(),
  };
}

/** The head decision, and what is kept beside it. Who only looks at the console or adds a processor sees every span. */
function decide(
  sampling: SamplingSettings,
  isExported: boolean,
): { readonly sampler: ConsistentSamplerOptions; readonly retention: RetentionOptions } {
  if (sampling.kind === 'standard') {
    const { sampler, tailRetention } = standardSampling(sampling.standard.name, sampling.standard.ratio);
    return { sampler, retention: { tailRetention } };
  }
  if (!isExported) return { sampler: { ratio: 1, healthCheckRoutes: [] }, retention: {} };
  const { ratio, slowThresholdMillis, criticalRoutes, healthCheckRoutes = HEALTH_CHECK_ROUTES } = sampling.retention;
  const routes = criticalRoutes.map((route) => ({ route, ratio: 1 }));
  return {
    sampler: { ratio, routes, healthCheckRoutes },
    retention: {
      routes,
      tailRetention: slowThresholdMillis === 'adaptive' ? { adaptiveSlowThreshold: true } : { slowThresholdMillis },
    },
  };
}

/** Loaded when asked for: nobody else needs OpenTelemetry's trace SDK, and it takes its time to load. */
function consoleProcessor(): SpanProcessor {
  const sdk = createRequire(import.meta.url)('@opentelemetry/sdk-trace') as typeof import('@opentelemetry/sdk-trace');
  return new sdk.SimpleSpanProcessor({ exporter: new sdk.ConsoleSpanExporter() });
}
