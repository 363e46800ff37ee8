import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Attributes, diag } from '@opentelemetry/api';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { guardMeters } from './guarded-meters.ts';
import { ObservableCallbacks } from './observable-callbacks.ts';

class ManualReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

const lines: string[] = [];
const write = (line: string) => void lines.push(line);
beforeEach(() => {
  lines.length = 0;
  diag.setLogger({ error: write, warn: write, info: write, debug: write, verbose: write });
});
afterEach(() => diag.disable());

const circle: { self?: unknown } = {};
circle.self = circle;
const HOSTILE = [
  { x: 10n },
  circle,
  {
    get x() {
      throw new Error('getter');
    },
  },
] as unknown as Attributes[];

test('the SDK itself throws into the application, so a guard is needed', () => {
  const meter = new MeterProvider({ readers: [new ManualReader()] }).getMeter('app');
  expect(() => meter.createCounter('orders').add(1, HOSTILE[0])).toThrow(TypeError);
});

test('every instrument takes hostile attributes without throwing, says so, and goes on counting', async () => {
  const reader = new ManualReader();
  const provider = new MeterProvider({ readers: [reader] });
  guardMeters(provider, new ObservableCallbacks());
  const meter = provider.getMeter('app');
  expect(provider.getMeter('app')).toBe(meter);
  const counter = meter.createCounter('orders');
  const calls = [
    (attributes: Attributes) => counter.add(1, attributes),
    (attributes: Attributes) => meter.createUpDownCounter('open').add(-1, attributes),
    (attributes: Attributes) => meter.createHistogram('took').record(1, attributes),
    (attributes: Attributes) => meter.createGauge('level').record(1, attributes),
  ];
  for (const call of calls) for (const attributes of HOSTILE) expect(() => call(attributes)).not.toThrow();
  expect(lines.filter((line) => line.startsWith('a measurement of orders is lost'))).toHaveLength(HOSTILE.length);
  counter.add(2, { route: '/a' });
  const { resourceMetrics } = await reader.collect();
  const orders = resourceMetrics.scopeMetrics[0]?.metrics.find(({ descriptor }) => descriptor.name === 'orders');
  expect(orders?.dataPoints).toMatchObject([{ value: 2, attributes: { route: '/a' } }]);
});
