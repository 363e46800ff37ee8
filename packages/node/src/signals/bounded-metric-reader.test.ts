import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { diag } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { MeterProvider, type PushMetricExporter, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { BoundedMetricReader } from './bounded-metric-reader.ts';
import { guardMeters } from './guarded-meters.ts';
import { ObservableCallbacks } from './observable-callbacks.ts';

const HANGS = () => new Promise<void>(() => undefined);

function setUp() {
  const exported: string[][] = [];
  const exporter: PushMetricExporter = {
    export(metrics: ResourceMetrics, answer: (result: ExportResult) => void) {
      exported.push(metrics.scopeMetrics.flatMap((scope) => scope.metrics.map(({ descriptor }) => descriptor.name)));
      answer({ code: ExportResultCode.SUCCESS });
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const callbacks = new ObservableCallbacks();
  const clock = { nowMillis: 0 };
  const options = { exporter, exportIntervalMillis: 60_000, exportTimeoutMillis: 30_000 };
  const reader = new BoundedMetricReader(options, callbacks, () => clock.nowMillis);
  const provider = new MeterProvider({ readers: [reader] });
  guardMeters(provider, callbacks);
  const meter = provider.getMeter('app');
  const pass = async (millis: number) => {
    clock.nowMillis += millis;
    await jest.advanceTimersByTimeAsync(millis);
  };
  return { provider, meter, reader, exported, pass };
}

beforeEach(() => {
  jest.useFakeTimers();
  diag.disable();
});
afterEach(() => {
  jest.useRealTimers();
});

const heldBy = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('a periodic collection whose callback never answers holds no timer, where one of the SDK holds it for 30 s', async () => {
  const { meter, reader, exported, pass } = setUp();
  meter.createObservableGauge('hangs').addCallback(HANGS);
  meter.createCounter('counted').add(1);
  jest.useRealTimers();
  const before = heldBy();
  const collected = reader.collect({ timeoutMillis: 30_000 });
  expect(heldBy()).toBe(before);
  void reader.forceFlush({ timeoutMillis: 2 });
  expect((await collected).errors).toHaveLength(1);
  jest.useFakeTimers();
  await pass(0);
  expect(exported.flat()).toContain('counted');
});

test('a flush of 500 ms gives up a collection that waits already after 250, and sends what the others said', async () => {
  const { provider, meter, exported, pass } = setUp();
  meter.createObservableGauge('hangs').addCallback(HANGS);
  meter.createObservableGauge('answers').addCallback(async (result) => result.observe(1));
  await pass(60_000);
  expect(exported).toEqual([]);
  const flushed = provider.forceFlush({ timeoutMillis: 500 });
  await pass(249);
  expect(exported).toEqual([]);
  await pass(1);
  expect(exported[0]).toContain('answers');
  await pass(1);
  await flushed;
});

test('a callback that answers within 30 s is waited for', async () => {
  const { meter, exported, pass } = setUp();
  meter.createObservableGauge('slow').addCallback(async (result) => {
    await new Promise((resolve) => setTimeout(resolve, 29_000));
    result.observe(7);
  });
  await pass(60_000);
  await pass(28_999);
  expect(exported).toEqual([]);
  await pass(1);
  expect(exported).toEqual([['slow']]);
});

test('after 30 s the others are sent without it, and the next collection asks it again', async () => {
  const { meter, exported, pass } = setUp();
  const calls = jest.fn(HANGS);
  meter.createObservableGauge('hangs').addCallback(calls);
  meter.createCounter('counted').add(1);
  await pass(60_000);
  await pass(30_000);
  expect(exported.map((names) => names.includes('counted'))).toEqual([true]);
  await pass(30_000);
  expect(calls).toHaveBeenCalledTimes(2);
});

test('a shutdown waits for callbacks 500 ms, not 30 s', async () => {
  const { provider, meter, exported, pass } = setUp();
  meter.createObservableGauge('hangs').addCallback(HANGS);
  meter.createCounter('counted').add(1);
  const shutdown = provider.shutdown();
  await pass(500);
  await shutdown;
  expect(exported.flat()).toContain('counted');
});
