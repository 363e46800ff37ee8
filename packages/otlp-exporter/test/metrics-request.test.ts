import { expect, test } from '@jest/globals';
import { ValueType } from '@opentelemetry/api';
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { encodeMetricsRequest, type ResourceMetrics } from '../src/encode-metrics/metrics-request.ts';
import type { ExportPipeline } from '../src/export-pipeline.ts';
import { OtlpMetricExporter } from '../src/otlp-metric-exporter.ts';
import { decode } from './otlp-decoder.ts';

const count = fc.oneof(fc.nat(300), fc.maxSafeNat());
const real = fc.oneof(fc.constant(0), fc.double(), fc.integer());
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 120, maxLength: 300 }));
const time = fc.tuple(fc.nat(4_000_000_000), fc.nat(999_999_999));
const attributes = fc.dictionary(
  text,
  fc.oneof(text, real, fc.boolean(), fc.array(text, { maxLength: 3 }), fc.constant(undefined)),
  { maxKeys: 6 },
);
const maybe = fc.option(real, { nil: undefined });

const point = <Value>(value: fc.Arbitrary<Value>) => fc.record({ attributes, startTime: time, endTime: time, value });
const points = <Value>(value: fc.Arbitrary<Value>) => fc.array(point(value), { maxLength: 4 });

const explicit = fc.record({
  buckets: fc.record({
    boundaries: fc.array(fc.double({ noNaN: true }), { maxLength: 20 }),
    counts: fc.array(count, { maxLength: 21 }),
  }),
  count,
  sum: maybe,
  min: maybe,
  max: maybe,
});
const buckets = fc.record({
  offset: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  bucketCounts: fc.array(count, { maxLength: 160 }),
});
const exponential = fc.record({
  count,
  sum: maybe,
  scale: fc.integer({ min: -10, max: 20 }),
  zeroCount: count,
  positive: buckets,
  negative: buckets,
  min: maybe,
  max: maybe,
});

const data = fc.oneof(
  fc.record({ dataPointType: fc.constant(DataPointType.GAUGE), dataPoints: points(real) }),
  fc.record({ dataPointType: fc.constant(DataPointType.SUM), dataPoints: points(real), isMonotonic: fc.boolean() }),
  fc.record({ dataPointType: fc.constant(DataPointType.HISTOGRAM), dataPoints: points(explicit) }),
  fc.record({ dataPointType: fc.constant(DataPointType.EXPONENTIAL_HISTOGRAM), dataPoints: points(exponential) }),
);
const metric = fc
  .tuple(
    data,
    fc.record({ name: text, description: text, unit: text, valueType: fc.constant(ValueType.DOUBLE) }),
    fc.constantFrom(AggregationTemporality.DELTA, AggregationTemporality.CUMULATIVE),
  )
  .map(([content, descriptor, aggregationTemporality]) => ({ ...content, descriptor, aggregationTemporality }));
const scope = fc.record({
  scope: fc.record({ name: text, version: text, schemaUrl: text }),
  metrics: fc.array(metric, { maxLength: 4 }),
});
const request = fc
  .tuple(fc.array(scope, { maxLength: 4 }), fc.dictionary(fc.string({ minLength: 1 }), text, { maxKeys: 4 }))
  .map(
    ([scopeMetrics, of]) =>
      ({
        resource: resourceFromAttributes(of, { schemaUrl: 'https://x/1' }),
        scopeMetrics,
      }) as unknown as ResourceMetrics,
  );

const MESSAGE = 'ExportMetricsServiceRequest';

test('property: without exemplars our bytes say what upstream’s serializer says of the same points', () => {
  fc.assert(
    fc.property(request, (metrics) => {
      const theirs = ProtobufMetricsSerializer.serializeRequest(metrics);
      if (theirs === undefined) throw new Error('expected bytes from upstream');
      expect(decode(MESSAGE, encodeMetricsRequest(metrics))).toEqual(decode(MESSAGE, theirs));
    }),
    { numRuns: 200 },
  );
});

const exemplars = [
  { value: 0.25, time: [1_790_000_000, 250_000_000], traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) },
  { value: 1, time: [1_790_000_001, 0], traceId: 'not an id', spanId: 'cd'.repeat(8) },
] as const;

const head = { attributes: { route: '/a' }, startTime: [1, 0], endTime: [2, 0] } as const;
const explicitValue = { buckets: { boundaries: [0.5], counts: [1, 1] }, count: 2, sum: 1.25, min: 0.25, max: 1 };
const exponentialValue = {
  ...explicitValue,
  scale: 3,
  zeroCount: 0,
  positive: { offset: -7, bucketCounts: [1, 1] },
  negative: { offset: 0, bucketCounts: [] },
};

const metricOf = (name: string, dataPointType: DataPointType, value: unknown, more: object = {}) => ({
  descriptor: { name, description: '', unit: 's', valueType: ValueType.DOUBLE },
  aggregationTemporality: AggregationTemporality.CUMULATIVE,
  dataPointType,
  dataPoints: [{ ...head, value, ...more }],
  isMonotonic: true,
});

const requestOf = (...scopes: readonly (readonly object[])[]): ResourceMetrics =>
  ({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    scopeMetrics: scopes.map((metrics, index) => ({ scope: { name: `scope ${index}` }, metrics })),
  }) as unknown as ResourceMetrics;

const b64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');

test('points of all four kinds carry their exemplars; one whose ids are none is left out', () => {
  const bytes = encodeMetricsRequest(
    requestOf([
      metricOf('gauge', DataPointType.GAUGE, 1, { exemplars }),
      metricOf('sum', DataPointType.SUM, 1, { exemplars }),
      metricOf('explicit', DataPointType.HISTOGRAM, explicitValue, { exemplars }),
      metricOf('exponential', DataPointType.EXPONENTIAL_HISTOGRAM, exponentialValue, { exemplars }),
    ]),
  );
  const { metrics } = scopesOf(bytes)[0] ?? { metrics: [] };
  const found = metrics.map(({ gauge, sum, histogram, exponentialHistogram }) => {
    const [first] = (gauge ?? sum ?? histogram ?? exponentialHistogram)?.dataPoints ?? [];
    return first?.exemplars;
  });
  expect(found).toEqual(
    Array(4).fill([
      {
        timeUnixNano: '1790000000250000000',
        asDouble: 0.25,
        traceId: b64('ab'.repeat(16)),
        spanId: b64('cd'.repeat(8)),
        filteredAttributes: [],
      },
    ]),
  );
});

interface DecodedScope {
  readonly scope: { readonly name: string };
  readonly metrics: readonly Record<
    string,
    { readonly dataPoints: readonly { readonly exemplars: readonly unknown[] }[] } | undefined
  >[];
}

const scopesOf = (bytes: Uint8Array): DecodedScope[] =>
  (decode(MESSAGE, bytes) as { resourceMetrics: { scopeMetrics: DecodedScope[] }[] }).resourceMetrics.flatMap(
    ({ scopeMetrics }) => scopeMetrics,
  );

/** What the exporter hands to the pipeline. */
function exported(metrics: ResourceMetrics): { bytes: Uint8Array; items: number } {
  const submitted: { bytes: Uint8Array; items: number }[] = [];
  const pipeline = {
    submit: (_signal: string, bytes: Uint8Array, items: number) => void submitted.push({ bytes, items }),
  } as unknown as ExportPipeline;
  new OtlpMetricExporter({ pipeline }).export(metrics, () => undefined);
  const [first] = submitted;
  if (first === undefined || submitted.length !== 1) throw new Error(`expected 1 request, got ${submitted.length}`);
  return first;
}

test('a request with exemplars in one of two scopes holds both, each once, under the same resource', () => {
  const plain = metricOf('plain', DataPointType.HISTOGRAM, explicitValue);
  const marked = metricOf('marked', DataPointType.HISTOGRAM, explicitValue, { exemplars });
  const { bytes, items } = exported(requestOf([plain, plain], [marked]));
  expect(items).toBe(3);
  expect(scopesOf(bytes).map(({ scope, metrics }) => [scope.name, metrics.length])).toEqual([
    ['scope 0', 2],
    ['scope 1', 1],
  ]);
  const resources = (decode(MESSAGE, bytes) as { resourceMetrics: { resource: unknown }[] }).resourceMetrics;
  expect(resources[1]?.resource).toEqual(resources[0]?.resource);
  expect(bytes.buffer.byteLength).toBe(bytes.length);
});

test('without an exemplar the request is upstream’s, byte for byte', () => {
  const metrics = requestOf([metricOf('plain', DataPointType.HISTOGRAM, explicitValue, { exemplars: [] })]);
  expect(exported(metrics).bytes).toEqual(ProtobufMetricsSerializer.serializeRequest(metrics));
});

test('1,000 series with exemplars grow the request beyond 64 KiB and all arrive', () => {
  const one = metricOf('many', DataPointType.HISTOGRAM, explicitValue, { exemplars });
  const dataPoints = Array.from({ length: 1_000 }, (_, i) => ({ ...one.dataPoints[0], attributes: { i } }));
  const { bytes } = exported(requestOf([{ ...one, dataPoints }]));
  expect(bytes.length).toBeGreaterThan(65_536);
  const [scope] = scopesOf(bytes);
  expect(scope?.metrics[0]?.histogram?.dataPoints).toHaveLength(1_000);
});
