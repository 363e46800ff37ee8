import { expect, test } from '@jest/globals';
import { AggregationTemporality, type DataPoint } from '@opentelemetry/sdk-metrics';
import { LEVEL, metricsOf, OPEN, ORDERS, pointsOf, valuesOf } from '../../test/collected-points.ts';
import { createMetricRegistry } from '../create-metric-registry.ts';

const delta = { selectAggregationTemporality: () => AggregationTemporality.DELTA };

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
