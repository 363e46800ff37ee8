import type { Attributes, Meter, MeterProvider, ObservableResult } from '@opentelemetry/api';
import {
  ERROR_TYPE,
  HTTP_RESPONSE_STATUS_CODE,
  type LossReason,
  type Metric,
  OTEL_COMPONENT_NAME,
  OTEL_COMPONENT_TYPE,
  OTEL_SDK_EXPORTER_LOG_EXPORTED,
  OTEL_SDK_EXPORTER_LOG_INFLIGHT,
  OTEL_SDK_EXPORTER_METRIC_DATA_POINT_EXPORTED,
  OTEL_SDK_EXPORTER_METRIC_DATA_POINT_INFLIGHT,
  OTEL_SDK_EXPORTER_OPERATION_DURATION,
  OTEL_SDK_EXPORTER_SPAN_EXPORTED,
  OTEL_SDK_EXPORTER_SPAN_INFLIGHT,
  OTEL_SDK_PROCESSOR_SPAN_PROCESSED,
  OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE,
  PROCESSOR_LOSS_REASONS,
  VIGIL_OUTCOME,
  VIGIL_PIPELINE_QUEUE_CAPACITY,
  VIGIL_PIPELINE_QUEUE_SIZE,
  VIGIL_PIPELINE_SELF_TIME,
  VIGIL_SPAN_ENDED,
  VIGIL_SPAN_OUTCOMES,
} from '@vigil/conventions';
import type { ExportPipeline } from '../export-pipeline.ts';
import type { LedgerSnapshot } from '../ledger/read-ledger.ts';
import { VERSION } from '../version.ts';

type Observe = (value: number, attributes?: Attributes) => void;

/** What a metric says of one moment. */
interface Observation {
  readonly metric: Metric;
  readonly observe: (ledger: LedgerSnapshot, observe: Observe) => void;
}

const PROCESSOR_REASONS: ReadonlySet<string> = new Set(PROCESSOR_LOSS_REASONS);
const COMPONENT_TYPES = { processor: 'ResilientSpanProcessor', exporter: 'otlp_http_exporter' } as const;

let pipelines = 0;

/**
 * Publishes a pipeline's ledger as OpenTelemetry's `otel.sdk.processor.*` and `otel.sdk.exporter.*` and as `vigil.*`, read when
 * they are collected: on the hot path nothing is measured twice. Never throws.
 *
 * @returns stops publishing.
 * @example
 * ```ts
 * import { MeterProvider } from '@opentelemetry/sdk-metrics';
 * import { createExportPipeline, registerSelfMetrics } from '@vigil/otlp-exporter';
 *
 * const pipeline = createExportPipeline({ endpoints: { traces: { url: 'http://127.0.0.1:4318/v1/traces' } } });
 * const stop = registerSelfMetrics(pipeline, new MeterProvider());
 * ```
 */
export function registerSelfMetrics(pipeline: ExportPipeline, meterProvider: MeterProvider): () => void {
  const meter = meterProvider.getMeter('@vigil/otlp-exporter', VERSION);
  const stops = observations(pipeline, pipelines).map(({ metric, observe }) => {
    const instrument = instrumentOf(meter, metric);
    const callback = (result: ObservableResult) =>
      observe(pipeline.ledger(), (value, attributes) => result.observe(value, attributes));
    instrument.addCallback(callback);
    return () => instrument.removeCallback(callback);
  });
  stops.push(recordDurations(pipeline, meter, component(COMPONENT_TYPES.exporter, pipelines)));
  pipelines += 1;
  return () => {
    for (const stop of stops) stop();
  };
}

function instrumentOf(meter: Meter, { name, unit, kind, description }: Metric) {
  const options = { unit, description };
  return kind === 'counter'
    ? meter.createObservableCounter(name, options)
    : meter.createObservableUpDownCounter(name, options);
}

const component = (type: string, index: number): Attributes => ({
  [OTEL_COMPONENT_TYPE]: type,
  [OTEL_COMPONENT_NAME]: `${type}/${index}`,
});

/** A few times a second at most: an attempt carries a batch. */
function recordDurations(pipeline: ExportPipeline, meter: Meter, exporter: Attributes): () => void {
  const { name, unit, description, boundaries } = OTEL_SDK_EXPORTER_OPERATION_DURATION;
  const advice = { explicitBucketBoundaries: [...boundaries] };
  const histogram = meter.createHistogram(name, { unit, description, advice });
  return pipeline.onAttempt(({ millis, statusCode, reason }) => {
    histogram.record(millis / 1_000, {
      ...exporter,
      ...(statusCode !== undefined && { [HTTP_RESPONSE_STATUS_CODE]: statusCode }),
      ...(reason !== undefined && { [ERROR_TYPE]: reason }),
    });
  });
}

function observations(pipeline: ExportPipeline, index: number): Observation[] {
  const processor = component(COMPONENT_TYPES.processor, index);
  const exporter = component(COMPONENT_TYPES.exporter, index);
  return [
    {
      metric: OTEL_SDK_PROCESSOR_SPAN_PROCESSED,
      observe(ledger, observe) {
        observe(handedOver(ledger), processor);
        eachLoss(ledger.lost, (reason, count) => {
          if (PROCESSOR_REASONS.has(reason)) observe(count, { ...processor, [ERROR_TYPE]: reason });
        });
      },
    },
    { metric: OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE, observe: ({ queued }, observe) => observe(queued, processor) },
    { metric: OTEL_SDK_EXPORTER_SPAN_INFLIGHT, observe: ({ inflight }, observe) => observe(inflight, exporter) },
    {
      metric: OTEL_SDK_EXPORTER_SPAN_EXPORTED,
      observe({ accepted, unconfirmed, lost }, observe) {
        observe(accepted, exporter);
        if (unconfirmed > 0) observe(unconfirmed, { ...exporter, [ERROR_TYPE]: 'unconfirmed' });
        eachLoss(lost, (reason, count) => {
          if (!PROCESSOR_REASONS.has(reason)) observe(count, { ...exporter, [ERROR_TYPE]: reason });
        });
      },
    },
    ...signalObservations(pipeline, exporter),
    { metric: VIGIL_SPAN_ENDED, observe: ({ ended }, observe) => observe(ended) },
    { metric: VIGIL_SPAN_OUTCOMES, observe: observeOutcomes },
    { metric: VIGIL_PIPELINE_QUEUE_SIZE, observe: ({ queuedBytes }, observe) => observe(queuedBytes) },
    { metric: VIGIL_PIPELINE_QUEUE_CAPACITY, observe: ({ capacityBytes }, observe) => observe(capacityBytes) },
    { metric: VIGIL_PIPELINE_SELF_TIME, observe: ({ selfNanos }, observe) => observe(selfNanos / 1e9) },
  ];
}

function signalObservations(pipeline: ExportPipeline, exporter: Attributes): Observation[] {
  const metrics = [
    ['logs', OTEL_SDK_EXPORTER_LOG_INFLIGHT, OTEL_SDK_EXPORTER_LOG_EXPORTED],
    ['metrics', OTEL_SDK_EXPORTER_METRIC_DATA_POINT_INFLIGHT, OTEL_SDK_EXPORTER_METRIC_DATA_POINT_EXPORTED],
  ] as const;
  return metrics.flatMap(([signal, inflight, exported]): Observation[] => [
    { metric: inflight, observe: (_, observe) => observe(pipeline.counts(signal).inflight, exporter) },
    {
      metric: exported,
      observe(_, observe) {
        const { accepted, unconfirmed, lost } = pipeline.counts(signal);
        observe(accepted, exporter);
        if (unconfirmed > 0) observe(unconfirmed, { ...exporter, [ERROR_TYPE]: 'unconfirmed' });
        eachLoss(lost, (reason, count) => observe(count, { ...exporter, [ERROR_TYPE]: reason }));
      },
    },
  ]);
}

function observeOutcomes({ accepted, sampledOut, unconfirmed, lost }: LedgerSnapshot, observe: Observe): void {
  observe(accepted, { [VIGIL_OUTCOME]: 'accepted' });
  observe(sampledOut, { [VIGIL_OUTCOME]: 'sampled_out' });
  observe(unconfirmed, { [VIGIL_OUTCOME]: 'unconfirmed' });
  eachLoss(lost, (reason, count) => observe(count, { [VIGIL_OUTCOME]: 'lost', [ERROR_TYPE]: reason }));
}

/** Reasons that never happened have no series. */
function eachLoss(
  lost: Readonly<Partial<Record<LossReason, number>>>,
  visit: (reason: string, count: number) => void,
): void {
  for (const [reason, count] of Object.entries(lost)) if (count > 0) visit(reason, count);
}

/** Spans the exporter took: those with an outcome of its own, and those on their way. */
function handedOver({ accepted, unconfirmed, inflight, lost }: LedgerSnapshot): number {
  let spans = accepted + unconfirmed + inflight;
  eachLoss(lost, (reason, count) => {
    if (!PROCESSOR_REASONS.has(reason)) spans += count;
  });
  return spans;
}
