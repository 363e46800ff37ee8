import { afterEach, expect, jest, test } from '@jest/globals';
import { type ObservableResult, ValueType } from '@opentelemetry/api';
import { MeterProvider, MetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { collectNow } from './collect-now.ts';
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

/** An application with every kind of instrument; what it measures is the same each time. */
function application() {
  const callbacks = new ObservableCallbacks();
  const reader = new ManualReader();
  const provider = new MeterProvider({ readers: [new ManualReader(), reader] });
  guardMeters(provider, callbacks);
  const meter = provider.getMeter('app', '1.2.3');
  meter.createCounter('orders', { unit: '{order}' }).add(3, { route: '/a' });
  meter.createUpDownCounter('open').add(-1);
  meter.createHistogram('took').record(0.25, { route: '/a' });
  meter.createGauge('level').record(9);
  const shared = (result: ObservableResult) => result.observe(5, { pool: 'a' });
  for (const name of ['used', 'also.used']) {
    meter.createObservableUpDownCounter(name, { valueType: ValueType.INT }).addCallback(shared);
  }
  const removed = meter.createObservableGauge('removed');
  removed.addCallback(shared);
  removed.removeCallback(shared);
  const batch = [meter.createObservableCounter('first'), meter.createObservableCounter('second')] as const;
  meter.addBatchObservableCallback(
    (result) => {
      result.observe(batch[0], 1);
      result.observe(batch[1], 2, { kind: 'b' });
    },
    [...batch],
  );
  provider.getMeter('other').createCounter('other').add(1);
  return { provider, reader, callbacks, meter };
}

const collect = ({ provider, reader, callbacks }: ReturnType<typeof application>): ResourceMetrics => {
  const metrics = collectNow(provider, reader, callbacks, Date.now());
  if (metrics === undefined) throw new Error('the SDK is made differently');
  return metrics;
};

const byScope = ({ scopeMetrics }: ResourceMetrics) =>
  [...scopeMetrics].sort((one, other) => (one.scope.name < other.scope.name ? -1 : 1));

afterEach(() => {
  jest.useRealTimers();
});

test('collects at once what the SDK collects within turns of the event loop', async () => {
  jest.useFakeTimers({ now: 1_700_000_000_250, doNotFake: ['queueMicrotask', 'nextTick'] });
  const now = collect(application());
  const { resourceMetrics } = await application().reader.collect();
  // The SDK's are in the order in which their callbacks answered.
  expect(byScope(now)).toEqual(byScope(resourceMetrics));
  expect(now.scopeMetrics.flatMap(({ metrics }) => metrics)).toHaveLength(9);
  expect(now.resource.attributes).toEqual(resourceMetrics.resource.attributes);
});

test('a callback that answers later is left out, and one that throws leaves out its own', () => {
  const app = application();
  app.meter.createObservableGauge('later').addCallback(async (result) => {
    await null;
    result.observe(1);
  });
  app.meter.createObservableGauge('throws').addCallback(() => {
    throw new Error('application error');
  });
  app.meter.createObservableGauge('rejects').addCallback(() => Promise.reject(new Error('application error')));
  const names = collect(app).scopeMetrics.flatMap(({ metrics }) =>
    metrics.filter(({ dataPoints }) => dataPoints.length > 0).map(({ descriptor }) => descriptor.name),
  );
  expect(names).toHaveLength(9);
  expect(names).not.toEqual(expect.arrayContaining([expect.stringMatching('later|throws|rejects')]));
});

test('counts go on where a collection before it ended', async () => {
  const app = application();
  const counter = app.meter.createCounter('orders', { unit: '{order}' });
  await app.reader.collect();
  counter.add(4, { route: '/a' });
  const orders = collect(app).scopeMetrics[0]?.metrics.find(({ descriptor }) => descriptor.name === 'orders');
  expect(orders?.dataPoints).toMatchObject([{ value: 7 }]);
});

test('a provider that is made differently gives nothing', () => {
  const { reader, callbacks, provider } = application();
  expect(collectNow({} as MeterProvider, reader, callbacks, 0)).toBeUndefined();
  expect(collectNow(provider, new ManualReader(), callbacks, 0)).toBeUndefined();
});
