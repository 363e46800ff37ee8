import { expect, test } from '@jest/globals';
import type { Counter } from '@opentelemetry/api';
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { boundSeries, SERIES_MAXIMUM } from './bounded-series.ts';

class ManualReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

const CUMULATIVE = AggregationTemporality.CUMULATIVE;

function setUp(temporality = CUMULATIVE) {
  const readers = [1, 2].map(() => new ManualReader({ aggregationTemporalitySelector: () => temporality }));
  const meter = new MeterProvider({ readers }).getMeter('app');
  const collect = async (reader = readers[0]) => {
    const points = (await reader?.collect())?.resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints ?? [];
    const sum = points.reduce((total, { value }) => total + (value as number), 0);
    const overflow = points.find(({ attributes }) => attributes['otel.metric.overflow'] === true)?.value;
    return { series: points.length, sum, overflow };
  };
  return { counter: meter.createCounter('attacked'), collect, readers };
}

const attack = (counter: Counter, from: number, count: number) => {
  for (let user = from; user < from + count; user += 1) counter.add(1, { user: `${user}` });
};

// First, as the bound is one for the whole process.
test('the SDK itself keeps 2,000 more with each collection, so a bound is needed', async () => {
  const { counter, collect } = setUp();
  for (let turn = 0; turn < 3; turn += 1) {
    attack(counter, turn * 3_000, 3_000);
    await collect();
  }
  expect(await collect()).toMatchObject({ series: 3 * 1_999 + 1, sum: 9_000 });
});

test('a metric has 2,000 series at most over any number of collections, and every measurement is in one of them', async () => {
  const { counter, collect, readers } = setUp();
  boundSeries(counter);
  boundSeries(counter);
  for (let turn = 0; turn < 3; turn += 1) {
    attack(counter, turn * 1_500, 1_500);
    await collect();
  }
  expect(await collect()).toEqual({ series: SERIES_MAXIMUM, sum: 4_500, overflow: 4_500 - (SERIES_MAXIMUM - 1) });
  // A series that was there before the bound goes on.
  attack(counter, 0, 10);
  expect(await collect()).toMatchObject({ sum: 4_510, overflow: 4_500 - (SERIES_MAXIMUM - 1) });
  expect(await collect(readers[1])).toMatchObject({ series: SERIES_MAXIMUM, sum: 4_510 });
});

test('with delta temporality each collection begins anew', async () => {
  const { counter, collect } = setUp(AggregationTemporality.DELTA);
  boundSeries(counter);
  attack(counter, 0, 1_999);
  expect(await collect()).toEqual({ series: 1_999, sum: 1_999, overflow: undefined });
  attack(counter, 5_000, 10);
  expect(await collect()).toEqual({ series: 10, sum: 10, overflow: undefined });
});

test('what is no instrument of the SDK stays as it is', () => {
  for (const odd of [undefined, null, {}, { _writableMetricStorage: {} }]) expect(() => boundSeries(odd)).not.toThrow();
});
