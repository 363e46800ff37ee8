import {
  ERROR_TYPE,
  HTTP_RESPONSE_STATUS_CODE,
  OTEL_COMPONENT_NAME,
  OTEL_COMPONENT_TYPE,
  VIGIL_OUTCOME,
} from '../attribute.ts';
import type { Metric } from '../metric.ts';

const SOURCE = '@vigil/otlp-exporter';
const COMPONENT = [OTEL_COMPONENT_NAME, OTEL_COMPONENT_TYPE] as const;
const COMPONENT_AND_CAUSE = [ERROR_TYPE, ...COMPONENT] as const;

export const OTEL_SDK_PROCESSOR_SPAN_PROCESSED = {
  name: 'otel.sdk.processor.span.processed',
  unit: '{span}',
  kind: 'counter',
  attributes: COMPONENT_AND_CAUSE,
  description: 'Spans handed to the exporter, or, with error.type, lost before that.',
  source: SOURCE,
} as const satisfies Metric;

export const OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE = {
  name: 'otel.sdk.processor.span.queue.size',
  unit: '{span}',
  kind: 'updowncounter',
  attributes: COMPONENT,
  description: 'Spans that wait for the verdict over their trace or in the ring.',
  source: SOURCE,
} as const satisfies Metric;

const inflight = <Name extends string>(name: Name, unit: `{${string}}`, what: string) =>
  ({
    name: `otel.sdk.exporter.${name}.inflight`,
    unit,
    kind: 'updowncounter',
    attributes: COMPONENT,
    description: `${what} that the exporter has and that have no outcome yet.`,
    source: SOURCE,
  }) as const satisfies Metric;

const exported = <Name extends string>(name: Name, unit: `{${string}}`, what: string) =>
  ({
    name: `otel.sdk.exporter.${name}.exported`,
    unit,
    kind: 'counter',
    attributes: COMPONENT_AND_CAUSE,
    description: `${what} that the receiver accepted, or, with error.type, that were lost or never confirmed.`,
    source: SOURCE,
  }) as const satisfies Metric;

export const OTEL_SDK_EXPORTER_SPAN_INFLIGHT = inflight('span', '{span}', 'Spans');
export const OTEL_SDK_EXPORTER_SPAN_EXPORTED = exported('span', '{span}', 'Spans');
export const OTEL_SDK_EXPORTER_LOG_INFLIGHT = inflight('log', '{log_record}', 'Log records');
export const OTEL_SDK_EXPORTER_LOG_EXPORTED = exported('log', '{log_record}', 'Log records');
export const OTEL_SDK_EXPORTER_METRIC_DATA_POINT_INFLIGHT = inflight(
  'metric_data_point',
  '{data_point}',
  'Metric data points',
);
export const OTEL_SDK_EXPORTER_METRIC_DATA_POINT_EXPORTED = exported(
  'metric_data_point',
  '{data_point}',
  'Metric data points',
);

export const OTEL_SDK_EXPORTER_OPERATION_DURATION = {
  name: 'otel.sdk.exporter.operation.duration',
  unit: 's',
  kind: 'histogram',
  attributes: [...COMPONENT_AND_CAUSE, HTTP_RESPONSE_STATUS_CODE],
  boundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  description: 'Time of one attempt to send a batch of any signal; error.type says what it failed by.',
  source: SOURCE,
} as const satisfies Metric;

/** The one that adds up: over all attributes it is every span that ended, but those that still wait or are on their way. */
export const VIGIL_SPAN_OUTCOMES = {
  name: 'vigil.span.outcomes',
  unit: '{span}',
  kind: 'counter',
  attributes: [ERROR_TYPE, VIGIL_OUTCOME],
  description: 'What became of ended spans: accepted, sampled_out, unconfirmed, or lost with its reason in error.type.',
  source: SOURCE,
} as const satisfies Metric;

export const VIGIL_SPAN_ENDED = {
  name: 'vigil.span.ended',
  unit: '{span}',
  kind: 'counter',
  attributes: [],
  description: 'Spans that ended: what has an outcome, waits or is on its way.',
  source: SOURCE,
} as const satisfies Metric;

export const VIGIL_PIPELINE_QUEUE_SIZE = {
  name: 'vigil.pipeline.queue.size',
  unit: 'By',
  kind: 'updowncounter',
  attributes: [],
  description: 'Bytes of the ring in which spans wait for the exporter.',
  source: SOURCE,
} as const satisfies Metric;

export const VIGIL_PIPELINE_QUEUE_CAPACITY = {
  name: 'vigil.pipeline.queue.capacity',
  unit: 'By',
  kind: 'updowncounter',
  attributes: [],
  description: 'Bytes the ring has; what would go beyond is lost and counted as queue_full or breaker_open.',
  source: SOURCE,
} as const satisfies Metric;

export const VIGIL_PIPELINE_SELF_TIME = {
  name: 'vigil.pipeline.self_time',
  unit: 's',
  kind: 'counter',
  attributes: [],
  description: 'Time of the application thread spent on processing spans, estimated from samples.',
  source: SOURCE,
} as const satisfies Metric;

export const OTEL_SDK_METRICS: readonly Metric[] = [
  OTEL_SDK_PROCESSOR_SPAN_PROCESSED,
  OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE,
  OTEL_SDK_EXPORTER_SPAN_INFLIGHT,
  OTEL_SDK_EXPORTER_SPAN_EXPORTED,
  OTEL_SDK_EXPORTER_LOG_INFLIGHT,
  OTEL_SDK_EXPORTER_LOG_EXPORTED,
  OTEL_SDK_EXPORTER_METRIC_DATA_POINT_INFLIGHT,
  OTEL_SDK_EXPORTER_METRIC_DATA_POINT_EXPORTED,
  OTEL_SDK_EXPORTER_OPERATION_DURATION,
  VIGIL_SPAN_ENDED,
  VIGIL_SPAN_OUTCOMES,
  VIGIL_PIPELINE_QUEUE_SIZE,
  VIGIL_PIPELINE_QUEUE_CAPACITY,
  VIGIL_PIPELINE_SELF_TIME,
];
