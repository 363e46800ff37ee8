import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type DiagLogger, diag } from '@opentelemetry/api';
import { AggregationTemporality } from '@opentelemetry/sdk-metrics';
import { metricsOf, OPEN, ORDERS, pointsOf, TOOK, valuesOf } from '../test/collected-points.ts';
import { createMetricRegistry } from './create-metric-registry.ts';

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

test('once the last reader of exemplars has stopped, spans are let go and no further one is held', () => {
  const registry = createMetricRegistry();
  const [first, second] = [registry.producer({ exemplars: true }), registry.producer({ exemplars: true })];
  const took = registry.histogram(TOOK).series('/a');
  const span = { isKept: true, traceId: 't', spanId: 's' };
  const exemplars = (producer: typeof first) => pointsOf(producer.collectNow(), 'took')[0]?.exemplars;
  first.stop();
  took.record(0.5, span);
  expect(exemplars(second)).toHaveLength(1);
  took.record(0.5, span);
  second.stop();
  took.record(3, span);
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
