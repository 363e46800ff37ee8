import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { MetricPoint } from './encode-metrics/metric-point.ts';
import { encodeMetricsRequest, type ResourceMetrics, type ScopeMetrics } from './encode-metrics/metrics-request.ts';
import type { ExportPipeline } from './export-pipeline.ts';

export interface OtlpMetricExporterOptions {
  readonly pipeline: ExportPipeline;
  /** As in the SDK's `PushMetricExporter`. Default: cumulative for all. */
  readonly selectAggregationTemporality?: (instrumentType: string) => number;
}

/** How long `forceFlush` and `shutdown` wait. */
const FLUSH_TIMEOUT_MILLIS = 5_000;

const CUMULATIVE = 1;

/**
 * Metrics through the export pipeline: a `PushMetricExporter` for the SDK's `PeriodicExportingMetricReader`. It encodes on the
 * calling thread, hands the bytes over and answers at once: while the SDK's reader waits for an answer it keeps the process
 * alive. What became of them is counted in `pipeline.counts('metrics')`. Never throws.
 *
 * @example
 * ```ts
 * import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
 * import { createExportPipeline } from '@vigil/otlp-exporter';
 * import { OtlpMetricExporter } from '@vigil/otlp-exporter/metrics';
 *
 * const pipeline = createExportPipeline({ endpoints: { metrics: { url: 'http://127.0.0.1:4318/v1/metrics' } } });
 * const reader = new PeriodicExportingMetricReader({ exporter: new OtlpMetricExporter({ pipeline }) });
 * ```
 */
export class OtlpMetricExporter {
  readonly #pipeline: ExportPipeline;
  readonly #temporality: (instrumentType: string) => number;
  #isShutdown = false;

  constructor({ pipeline, selectAggregationTemporality = () => CUMULATIVE }: OtlpMetricExporterOptions) {
    this.#pipeline = pipeline;
    this.#temporality = selectAggregationTemporality;
  }

  export(metrics: ResourceMetrics, resultCallback: (result: ExportResult) => void): void {
    const items = dataPoints(metrics);
    const bytes = this.#isShutdown || items === 0 ? undefined : serialized(metrics);
    if (bytes !== undefined) {
      this.#pipeline.submit('metrics', bytes, items);
    } else if (items > 0) {
      const reason = this.#isShutdown ? 'already_shutdown' : 'encode_error';
      this.#pipeline.refused('metrics', items, reason);
      resultCallback({ code: ExportResultCode.FAILED, error: new Error(`metrics lost: ${reason}`) });
      return;
    }
    resultCallback({ code: ExportResultCode.SUCCESS });
  }

  selectAggregationTemporality(instrumentType: string): number {
    return this.#temporality(instrumentType);
  }

  /** Resolves when everything handed over has an outcome, at the latest after 5 s. */
  async forceFlush(): Promise<void> {
    await this.#pipeline.forceFlush({ timeoutMillis: FLUSH_TIMEOUT_MILLIS });
  }

  /** Flushes and takes nothing more. The pipeline goes on: it belongs to whoever made it. */
  async shutdown(): Promise<void> {
    this.#isShutdown = true;
    await this.forceFlush();
  }
}

function serialized({ resource, scopeMetrics }: ResourceMetrics): Uint8Array | undefined {
  try {
    // Upstream's serializer knows no exemplars, and writes everything else: what has some is appended.
    const withExemplars = scopeMetrics.filter(hasExemplars);
    const rest = scopeMetrics.filter((scope) => !withExemplars.includes(scope));
    const ours = withExemplars.length > 0 ? encodeMetricsRequest({ resource, scopeMetrics: withExemplars }) : undefined;
    if (ours !== undefined && rest.length === 0) return ours;
    const theirs = ProtobufMetricsSerializer.serializeRequest({ resource, scopeMetrics: rest });
    return ours === undefined || theirs === undefined ? theirs : concatenated(theirs, ours);
  } catch {
    return undefined; // Attributes are whatever the application passed.
  }
}

/** In memory of its own, which may be given to the worker. */
function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function hasExemplars({ metrics }: ScopeMetrics): boolean {
  return metrics.some(({ dataPoints }) =>
    (dataPoints as readonly MetricPoint<unknown>[]).some(({ exemplars = [] }) => exemplars.length > 0),
  );
}

const dataPoints = ({ scopeMetrics }: ResourceMetrics): number =>
  scopeMetrics.reduce((sum, { metrics }) => metrics.reduce((all, metric) => all + metric.dataPoints.length, sum), 0);
