import { expect, test } from '@jest/globals';
import type { Attributes } from '@opentelemetry/api';
import {
  AggregationTemporality,
  AggregationType,
  InstrumentType,
  MeterProvider,
  MetricReader,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { createMetricRegistry } from '../src/create-metric-registry.ts';

class ManualReader extends MetricReader {
  protected override onForceFlush = (): Promise<void> => Promise.resolve();
  protected override onShutdown = (): Promise<void> => Promise.resolve();
}

const { CUMULATIVE, DELTA } = AggregationTemporality;
const BOUNDARIES = [0.001, 0.01, 0.1, 1, 10];
const entry = (name: string, kind: 'histogram' | 'counter' | 'updowncounter') =>
  ({
    name,
    unit: 's',
    kind,
    attributes: ['route', 'code'],
    boundaries: BOUNDARIES,
    description: 'A metric of the test.',
    source: 'test',
  }) as const;
const TOOK = entry('took', 'histogram');
const ORDERS = entry('orders', 'counter');
const OPEN = entry('open', 'updowncounter');

/** As OpenTelemetry prefers it: what goes up and down is never a delta. */
const temporality = (isDelta: boolean) => (instrument: InstrumentType) =>
  isDelta && instrument !== InstrumentType.UP_DOWN_COUNTER ? DELTA : CUMULATIVE;

/** The SDK and the registry with the same two readers, one of them for deltas. */
function both(isExponential: boolean) {
  const registry = createMetricRegistry({ exponentialHistograms: isExponential });
  const readers = [false, true].map((isDelta) => {
    const selectAggregationTemporality = temporality(isDelta);
    const histograms = isExponential ? ('exponential' as const) : ('explicit' as const);
    return {
      sdk: new ManualReader({
        aggregationTemporalitySelector: selectAggregationTemporality,
        aggregationSelector: (instrument) => ({
          type:
            isExponential && instrument === InstrumentType.HISTOGRAM
              ? AggregationType.EXPONENTIAL_HISTOGRAM
              : AggregationType.DEFAULT,
        }),
      }),
      ours: registry.producer({ selectAggregationTemporality, histograms }),
    };
  });
  const meter = new MeterProvider({ readers: readers.map(({ sdk }) => sdk) }).getMeter('test');
  const took = meter.createHistogram('took', { advice: { explicitBucketBoundaries: BOUNDARIES } });
  const orders = meter.createCounter('orders');
  const open = meter.createUpDownCounter('open');
  const measure = (metric: 'took' | 'orders' | 'open', code: number, value: number) => {
    const attributes: Attributes = { route: '/a', code };
    if (metric === 'took') {
      took.record(value, attributes);
      registry.histogram(TOOK).series('/a', code).record(value);
    } else if (metric === 'orders') {
      orders.add(value, attributes);
      registry.counter(ORDERS).series('/a', code).add(value);
    } else {
      open.add(value, attributes);
      registry.upDownCounter(OPEN).series('/a', code).add(value);
    }
  };
  const collect = async (index: number) => {
    const reader = readers[index] as (typeof readers)[number];
    const { resourceMetrics } = await reader.sdk.collect();
    return { theirs: points(resourceMetrics.scopeMetrics), ours: points(reader.ours.collectNow()) };
  };
  return { measure, collect };
}

/** Everything but times and the order of points. */
function points(scopes: readonly ScopeMetrics[]) {
  return Object.fromEntries(
    scopes
      .flatMap(({ metrics }) => metrics)
      .filter(({ dataPoints, descriptor }) => dataPoints.length > 0 && descriptor.name !== 'vigil.metric.overflows')
      .map((metric) => [
        metric.descriptor.name,
        {
          kind: metric.dataPointType,
          temporality: metric.aggregationTemporality,
          points: Object.fromEntries(
            metric.dataPoints.map(({ attributes, value }) => [JSON.stringify(sorted(attributes)), value]),
          ),
        },
      ]),
  );
}

const sorted = (attributes: Attributes) => Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));

const positive = fc.oneof(
  fc.double({ min: 0, max: 20, noNaN: true }),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1_074, max: 1_023 }).map((exponent) => 2 ** exponent),
  fc.constantFrom(0, 0.001, 0.01, 0.1, 1, 10, Number.MIN_VALUE, Number.MAX_VALUE),
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom('took', 'orders', 'open'), fc.nat(2), positive) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('collect'), fc.nat(1), fc.constant(0)) },
);

for (const isExponential of [false, true]) {
  const kind = isExponential ? 'exponential' : 'explicit';
  test(`property: ${kind} histograms and sums say what the SDK's say, to a reader of totals and to one of deltas`, () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (list) => {
        // An interval of zeros alone makes the SDK forget its scale (the last test): its bucket is compared nowhere else.
        const steps = list.filter(([what, , value]) => !(isExponential && what === 'took' && value === 0));
        const { measure, collect } = both(isExponential);
        for (const [what, which, value] of [...steps, ['collect', 0, 0], ['collect', 1, 0]] as const) {
          if (what === 'collect') {
            const { theirs, ours } = await collect(which);
            expect(ours).toEqual(theirs);
          } else measure(what as 'took', which, value);
        }
      }),
      { numRuns: 300 },
    ));
}

test('100,000 numbers over 24 decades end in the same 160 buckets at the same scale as the SDK’s', async () => {
  const { measure, collect } = both(true);
  for (let i = 0; i < 100_000; i++) measure('took', 0, 10 ** (-12 + 24 * ((i * 0.618_033_988_749) % 1)));
  const { theirs, ours } = await collect(0);
  expect(ours).toEqual(theirs);
});

test('zeros are counted apart, in the bucket of zero', async () => {
  const { measure, collect } = both(true);
  for (const value of [0, 0, 1.5]) measure('took', 0, value);
  const { theirs, ours } = await collect(0);
  expect(ours).toEqual(theirs);
  expect(Object.values(ours.took?.points ?? {})).toMatchObject([{ zeroCount: 2, count: 3 }]);
});

test('an interval of zeros alone does not coarsen later buckets, as it does the SDK’s', async () => {
  const { measure, collect } = both(true);
  measure('took', 0, 0);
  await collect(0);
  measure('took', 0, 1);
  const { theirs, ours } = await collect(0);
  const of = ({ took }: typeof ours) => Object.values(took?.points ?? {})[0];
  expect([of(theirs), of(ours)]).toMatchObject([
    { scale: 0, count: 2 },
    { scale: 20, count: 2 },
  ]);
});
