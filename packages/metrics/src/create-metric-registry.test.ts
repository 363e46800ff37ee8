import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type DiagLogger, diag } from '@opentelemetry/api';
import { AggregationTemporality, type DataPoint, type MetricData, type ScopeMetrics } from '@opentelemetry/sdk-metrics';
import type { Metric } from '@vigil/conventions';
import { createMetricRegistry } from './create-metric-registry.ts';
import type { PointWithExemplars } from './exemplar/exemplar.ts';

const entry = (name: string, kind: Metric['kind'], more: Partial<Metric> = {}): Metric => ({
  name,
  unit: 's',
  kind,
  attributes: ['route'],
  boundaries: [0.1, 1],
  description: `The ${name}.`,
  source: '@vigil/instrumentation/test',
  ...more,
});
const TOOK = entry('took', 'histogram');
const ORDERS = entry('orders', 'counter', { unit: '{order}' });
const OPEN = entry('open', 'updowncounter', { source: 'other' });
const LEVEL = entry('level', 'gauge');

const metricsOf = (scopes: readonly ScopeMetrics[]): readonly MetricData[] => scopes.flatMap(({ metrics }) => metrics);
function pointsOf<Value = number>(scopes: readonly ScopeMetrics[], name: string): readonly PointWithExemplars<Value>[] {
  const found = metricsOf(scopes).find(({ descriptor }) => descriptor.name === name);
  return (found?.dataPoints ?? []) as unknown as PointWithExemplars<Value>[];
}
const valuesOf = (scopes: readonly ScopeMetrics[], name: string) =>
  pointsOf(scopes, name).map(({ attributes, value }) => [attributes.route, value]);

const delta = { selectAggregationTemporality: () => AggregationTemporality.DELTA };

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  const quiet = jest.fn();
  const logger: DiagLogger = {
    error: quiet,
    warn: (line) => void lines.push(line),
    info: quiet,
    debug: quiet,
    verbose: quiet,
  };
  diag.setLogger(logger, { suppressOverrideMessage: true });
});
afterEach(() => diag.disable());

test('name, unit and description come from the dictionary, the scope is the entry’s source', () => {
  const registry = createMetricRegistry();
  registry.histogram(TOOK).series('/a').record(0.5);
  registry.upDownCounter(OPEN).series('/a').add(1);
  const scopes = registry.producer().collectNow();
  expect(scopes.map(({ scope }) => scope)).toEqual([
    { name: '@vigil/instrumentation/test' },
    { name: 'other' },
    { name: '@vigil/metrics' },
  ]);
  expect(metricsOf(scopes)[0]?.descriptor).toMatchObject({ name: 'took', unit: 's', description: 'The took.' });
});

test('a boundary belongs to the bucket below it; what is beyond the last has the last bucket', () => {
  const registry = createMetricRegistry();
  const series = registry.histogram(TOOK).series('/a');
  for (const value of [0, 0.1, 0.100_001, 1, 1.000_001, 1e300]) series.record(value);
  const [point] = pointsOf<object>(registry.producer().collectNow(), 'took');
  expect(point?.value).toMatchObject({
    buckets: { boundaries: [0.1, 1], counts: [2, 2, 2] },
    count: 6,
    min: 0,
    max: 1e300,
  });
});

test('without boundaries in the dictionary a histogram has 13, from 1 ms to 10 s', () => {
  const registry = createMetricRegistry();
  const { boundaries: _, ...bare } = TOOK;
  registry.histogram(bare).series('/a').record(0.003);
  const [point] = pointsOf<{ buckets: { boundaries: number[] } }>(registry.producer().collectNow(), 'took');
  const { boundaries } = point?.value.buckets ?? { boundaries: [] };
  expect([boundaries.length, boundaries[0], boundaries.at(-1)]).toEqual([13, 0.001, 10]);
});

test('what is no number, not finite or below 0 is not recorded, and nothing throws', () => {
  const registry = createMetricRegistry();
  const bad = [Number.NaN, Infinity, -Infinity, -1, '1', 1n, {}, null, undefined, Symbol('s')] as number[];
  for (const value of bad) {
    registry.histogram(TOOK).series('/a').record(value);
    registry.counter(ORDERS).series('/a').add(value);
    if (value !== -1) registry.upDownCounter(OPEN).series('/a').add(value);
  }
  const scopes = registry.producer().collectNow();
  expect(['took', 'orders', 'open'].flatMap((name) => pointsOf(scopes, name))).toEqual([]);
});

test('an added 0 makes a counter visible before its first event', () => {
  const registry = createMetricRegistry();
  registry.counter(ORDERS).series('/a').add(0);
  registry.counter(ORDERS).series('/b');
  expect(valuesOf(registry.producer().collectNow(), 'orders')).toEqual([['/a', 0]]);
});

test('each reader has all that was counted, and deltas begin where that reader collected last', () => {
  let millis = 1_000;
  const registry = createMetricRegistry({ nowMillis: () => millis });
  const [total, deltas] = [registry.producer(), registry.producer(delta)];
  const orders = registry.counter(ORDERS).series('/a');
  orders.add(2);
  millis = 2_500;
  expect(valuesOf(total.collectNow(), 'orders')).toEqual([['/a', 2]]);
  orders.add(3);
  expect(pointsOf(deltas.collectNow(), 'orders')).toMatchObject([
    { value: 5, startTime: [1, 0], endTime: [2, 500_000_000] },
  ]);
  millis = 3_000;
  expect(pointsOf(deltas.collectNow(), 'orders')).toEqual([]);
  orders.add(1);
  millis = 4_000;
  expect(pointsOf(deltas.collectNow(), 'orders')).toMatchObject([{ value: 1, startTime: [3, 0], endTime: [4, 0] }]);
  expect(pointsOf(total.collectNow(), 'orders')).toMatchObject([{ value: 6, startTime: [1, 0], endTime: [4, 0] }]);
});

test('a clock that was set back makes no point that ends before it starts', () => {
  let millis = 10_000;
  const registry = createMetricRegistry({ nowMillis: () => millis });
  registry.counter(ORDERS).series('/a').add(1);
  millis = 4_000;
  expect(pointsOf(registry.producer().collectNow(), 'orders')).toMatchObject([{ startTime: [4, 0], endTime: [4, 0] }]);
});

test('with a limit of 3 further labels share the overflow series, and a counter says how often and of which metric', () => {
  const registry = createMetricRegistry({ cardinalityLimit: 3 });
  const producer = registry.producer();
  for (const route of ['/a', '/b', '/c', '/d']) registry.counter(ORDERS).series(route).add(1);
  registry.histogram(TOOK).series('/a').record(1);
  const scopes = producer.collectNow();
  expect(pointsOf(scopes, 'orders').map(({ attributes, value }) => [attributes, value])).toEqual([
    [{ route: '/a' }, 1],
    [{ route: '/b' }, 1],
    [{ 'otel.metric.overflow': true }, 2],
  ]);
  expect(pointsOf(scopes, 'vigil.metric.overflows').map(({ attributes, value }) => [attributes, value])).toEqual([
    [{ 'vigil.metric.name': 'orders' }, 2],
    [{ 'vigil.metric.name': 'took' }, 0],
  ]);
});

test('what is observed is read at each collection, and gone when its callback is', () => {
  const registry = createMetricRegistry();
  const producer = registry.producer();
  let level = 1;
  const stop = registry.observe(LEVEL, (give) => give(level, '/a'));
  expect(valuesOf(producer.collectNow(), 'level')).toEqual([['/a', 1]]);
  level = 7;
  expect(valuesOf(producer.collectNow(), 'level')).toEqual([['/a', 7]]);
  stop();
  expect(pointsOf(producer.collectNow(), 'level')).toEqual([]);
});

test('several callbacks of one metric: sums of the same labels add up, of a gauge the last one counts', () => {
  const registry = createMetricRegistry();
  for (const metric of [OPEN, LEVEL]) {
    registry.observe(metric, (give) => {
      give(1, '/a');
      give(2, '/b');
    });
    registry.observe(metric, (give) => give(4, '/a'));
  }
  const scopes = registry.producer().collectNow();
  expect(valuesOf(scopes, 'open')).toEqual([
    ['/a', 5],
    ['/b', 2],
  ]);
  expect(valuesOf(scopes, 'level')).toEqual([
    ['/a', 4],
    ['/b', 2],
  ]);
});

test('a callback that throws gives nothing this time, also of what it gave before; the others give theirs', async () => {
  const registry = createMetricRegistry();
  const problem = new Error('broken');
  registry.observe(LEVEL, (give) => {
    give(1, '/broken');
    throw problem;
  });
  registry.observe(LEVEL, (give) => give(2, '/fine'));
  const { resourceMetrics, errors } = await registry.producer().collect();
  expect(valuesOf(resourceMetrics.scopeMetrics, 'level')).toEqual([['/fine', 2]]);
  expect(errors).toEqual([problem]);
});

test('totals that are observed become deltas by reader, in the overflow series too; a total that fell began anew', () => {
  const registry = createMetricRegistry({ cardinalityLimit: 2 });
  const [deltas, total] = [registry.producer(delta), registry.producer()];
  let value = 10;
  registry.observe(ORDERS, (give) => {
    give(value, '/a');
    give(value * 2, '/b');
    give(value * 2, '/c');
  });
  const collected = () => pointsOf(deltas.collectNow(), 'orders').map((point: DataPoint<number>) => point.value);
  expect(collected()).toEqual([10, 40]);
  value = 13;
  expect(collected()).toEqual([3, 12]);
  value = 5;
  expect(collected()).toEqual([5, 20]);
  expect(pointsOf(total.collectNow(), 'orders').map((point) => point.value)).toEqual([5, 20]);
});

test('a metric that is recorded and observed is one metric with the points of both', () => {
  const registry = createMetricRegistry();
  registry.upDownCounter(OPEN).series('/a').add(1);
  registry.observe(OPEN, (give) => give(2, '/b'));
  const scopes = registry.producer().collectNow();
  expect(metricsOf(scopes).filter(({ descriptor }) => descriptor.name === 'open')).toHaveLength(1);
  expect(valuesOf(scopes, 'open')).toEqual([
    ['/a', 1],
    ['/b', 2],
  ]);
});

test('exemplars go to readers that want them, each exemplar once to each of them', () => {
  const registry = createMetricRegistry();
  const [plain, first, second] = [undefined, true, true].map((exemplars) =>
    registry.producer(exemplars === undefined ? {} : { exemplars }),
  );
  const took = registry.histogram(TOOK).series('/a');
  const span = { isKept: false, traceId: 't', spanId: 's', endSeconds: 5, endNanos: 6 };
  took.record(0.5, span);
  span.isKept = true;
  const exemplars = (producer: typeof first) => pointsOf(producer?.collectNow() ?? [], 'took')[0]?.exemplars;
  const expected = [{ value: 0.5, time: [5, 6], traceId: 't', spanId: 's' }];
  expect(exemplars(plain)).toBeUndefined();
  expect(exemplars(first)).toEqual(expected);
  expect(exemplars(first)).toBeUndefined();
  expect(exemplars(second)).toEqual(expected);
  expect(exemplars(second)).toBeUndefined();
});

test('without a reader of exemplars no span is held', () => {
  const registry = createMetricRegistry();
  registry.producer();
  const took = registry.histogram(TOOK).series('/a');
  let reads = 0;
  const span = {
    traceId: 't',
    spanId: 's',
    get isKept() {
      reads += 1;
      return true;
    },
  };
  for (let i = 0; i < 10; i++) took.record(0.5, span);
  registry.producer({ exemplars: true }).collectNow();
  expect(reads).toBe(0);
});

test('exponential and explicit readers of one registry see the same measurements, exemplars too', () => {
  const registry = createMetricRegistry({ exponentialHistograms: true });
  const explicit = registry.producer();
  const exponential = registry.producer({ histograms: 'exponential', exemplars: true });
  const took = registry.histogram(TOOK).series('/a');
  took.record(0.5, { isKept: true, traceId: 't', spanId: 's' });
  took.record(3);
  expect(pointsOf<object>(explicit.collectNow(), 'took')[0]?.value).toMatchObject({
    count: 2,
    buckets: { counts: [0, 1, 1] },
  });
  const [point] = pointsOf<object>(exponential.collectNow(), 'took');
  expect(point?.value).toMatchObject({ count: 2, sum: 3.5, min: 0.5, max: 3, zeroCount: 0 });
  expect(point?.exemplars).toHaveLength(1);
});

test('the same entry is the same metric; one asked for as another kind records into nothing, with one line', () => {
  const registry = createMetricRegistry();
  expect(registry.histogram(TOOK)).toBe(registry.histogram(TOOK));
  registry.counter(TOOK).series('/a').add(1);
  registry.observe(TOOK, (give) => give(1, '/a'));
  expect(pointsOf(registry.producer().collectNow(), 'took')).toEqual([]);
  expect(lines).toEqual([
    'metric took: it is a histogram and was asked for as a counter; nothing of it is published',
    'metric took: it is a histogram and was asked for as something observed; nothing of it is published',
  ]);
});

test('options out of their range are an error at the start that names the value', () => {
  expect(() => createMetricRegistry({ cardinalityLimit: 1 })).toThrow(
    'cardinalityLimit: expected an integer from 2 on, got 1',
  );
  expect(() => createMetricRegistry({ maxExemplarCandidates: -1 })).toThrow(RangeError);
});
