import { decodeMessage, type Field, type FieldKind, type Schema } from './protobuf.ts';

// Field numbers from opentelemetry-proto 1.x (trace/v1, metrics/v1, logs/v1): those that a test looks at.
const one = (name: string, kind: FieldKind | (() => Schema)): Field => ({ name, kind });
const many = (name: string, kind: FieldKind | (() => Schema)): Field => ({ name, kind, repeated: true });

const ANY_VALUE: Schema = {
  fields: {
    1: one('stringValue', 'string'),
    2: one('boolValue', 'bool'),
    3: one('intValue', 'int64'),
    4: one('doubleValue', 'double'),
    5: one('arrayValue', () => ({ fields: { 1: many('values', ANY_VALUE) } })),
    6: one('kvlistValue', () => ({ fields: { 1: many('values', KEY_VALUE) } })),
    7: one('bytesValue', 'base64'),
  },
};
const KEY_VALUE: Schema = { fields: { 1: one('key', 'string'), 2: one('value', ANY_VALUE) } };
const RESOURCE: Schema = { fields: { 1: many('attributes', KEY_VALUE) } };
const SCOPE: Schema = {
  fields: { 1: one('name', 'string'), 2: one('version', 'string'), 3: many('attributes', KEY_VALUE) },
};

const EVENT: Schema = {
  fields: { 1: one('timeUnixNano', 'fixed64'), 2: one('name', 'string'), 3: many('attributes', KEY_VALUE) },
};
const STATUS: Schema = { fields: { 2: one('message', 'string'), 3: one('code', 'enum') } };
const SPAN: Schema = {
  fields: {
    1: one('traceId', 'hex'),
    2: one('spanId', 'hex'),
    4: one('parentSpanId', 'hex'),
    5: one('name', 'string'),
    6: one('kind', 'enum'),
    7: one('startTimeUnixNano', 'fixed64'),
    8: one('endTimeUnixNano', 'fixed64'),
    9: many('attributes', KEY_VALUE),
    11: many('events', EVENT),
    15: one('status', STATUS),
  },
};

const EXEMPLAR: Schema = {
  fields: {
    2: one('timeUnixNano', 'fixed64'),
    3: one('asDouble', 'double'),
    4: one('spanId', 'hex'),
    5: one('traceId', 'hex'),
    7: many('filteredAttributes', KEY_VALUE),
  },
};
const NUMBER_POINT: Schema = {
  fields: {
    2: one('startTimeUnixNano', 'fixed64'),
    3: one('timeUnixNano', 'fixed64'),
    4: one('asDouble', 'double'),
    5: many('exemplars', EXEMPLAR),
    6: one('asInt', 'fixed64'),
    7: many('attributes', KEY_VALUE),
  },
};
const HISTOGRAM_POINT: Schema = {
  fields: {
    2: one('startTimeUnixNano', 'fixed64'),
    3: one('timeUnixNano', 'fixed64'),
    4: one('count', 'fixed64'),
    5: one('sum', 'double'),
    6: many('bucketCounts', 'fixed64'),
    7: many('explicitBounds', 'double'),
    8: many('exemplars', EXEMPLAR),
    9: many('attributes', KEY_VALUE),
  },
};
const TEMPORALITY = one('aggregationTemporality', 'enum');
const METRIC: Schema = {
  fields: {
    1: one('name', 'string'),
    3: one('unit', 'string'),
    5: one('gauge', { fields: { 1: many('dataPoints', NUMBER_POINT) } }),
    7: one('sum', { fields: { 1: many('dataPoints', NUMBER_POINT), 2: TEMPORALITY, 3: one('isMonotonic', 'bool') } }),
    9: one('histogram', { fields: { 1: many('dataPoints', HISTOGRAM_POINT), 2: TEMPORALITY } }),
  },
};

const LOG_RECORD: Schema = {
  fields: {
    1: one('timeUnixNano', 'fixed64'),
    2: one('severityNumber', 'enum'),
    3: one('severityText', 'string'),
    5: one('body', ANY_VALUE),
    6: many('attributes', KEY_VALUE),
    9: one('traceId', 'hex'),
    10: one('spanId', 'hex'),
  },
};

/** The three signals as OTLP spells them in paths. */
export const SIGNALS = ['traces', 'metrics', 'logs'] as const;
export type Signal = (typeof SIGNALS)[number];

const ITEM = {
  traces: { word: 'Spans', items: 'spans', schema: SPAN },
  metrics: { word: 'Metrics', items: 'metrics', schema: METRIC },
  logs: { word: 'Logs', items: 'logRecords', schema: LOG_RECORD },
} as const;

function exportRequest(signal: Signal): Schema {
  const { word, items, schema } = ITEM[signal];
  const scoped: Schema = { fields: { 1: one('scope', SCOPE), 2: many(items, schema) } };
  const perResource: Schema = { fields: { 1: one('resource', RESOURCE), 2: many(`scope${word}`, scoped) } };
  return { fields: { 1: many(`resource${word}`, perResource) } };
}

const REQUESTS: Readonly<Record<Signal, Schema>> = {
  traces: exportRequest('traces'),
  metrics: exportRequest('metrics'),
  logs: exportRequest('logs'),
};

/** Reads the body of an OTLP/HTTP protobuf request into OTLP's JSON form. @throws as {@link decodeMessage}. */
export function decodeExportRequest(signal: Signal, body: Buffer): Record<string, unknown> {
  return decodeMessage(body, REQUESTS[signal]);
}
