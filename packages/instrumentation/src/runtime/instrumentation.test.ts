import { expect, test } from '@jest/globals';
import { METRICS } from '@vigil/conventions';
import { createMetricRegistry, type MetricRegistry } from '@vigil/metrics';
import { type CollectedHistogram, collected } from '../../test/runtime/collected.ts';
import { FakeNodeProcess } from '../../test/runtime/fake-node-process.ts';
import { createRuntimeInstrumentation } from './instrumentation.ts';
import type { NodeProcess } from './node-process.ts';
import type { RuntimeOptions } from './options.ts';

function running(options: RuntimeOptions = {}, change: Partial<NodeProcess> = {}) {
  const process = Object.assign(new FakeNodeProcess(), change);
  const registry = createMetricRegistry();
  const warnings: string[] = [];
  const host = { metrics: registry, nowMillis: process.nowMillis, warn: (line: string) => void warnings.push(line) };
  const reader = registry.producer();
  const otherReader = registry.producer();
  const instrumentation = createRuntimeInstrumentation(host, options, process);
  instrumentation.enable();
  return {
    process,
    instrumentation,
    warnings,
    collect: () => collected(reader),
    collectElsewhere: () => collected(otherReader),
    histograms: () => collected<CollectedHistogram>(reader),
  };
}

test('every runtime metric of the dictionary is emitted, and no other', () => {
  const { process, collect } = running();
  process.tick(1);
  process.collectGarbage(1, 0.3);
  process.resources = ['Timeout'];
  const declared = METRICS.filter(({ source }) => source === 'runtime').map(({ name }) => name);
  expect(declared.length).toBeGreaterThan(25);
  expect(Object.keys(collect()).toSorted()).toEqual([...declared, 'vigil.metric.overflows'].toSorted());
});

test('the delay is there from the first sample on, 50 ms after the start', () => {
  const { process, collect } = running();
  expect(collect()['nodejs.eventloop.delay.p99']).toBeUndefined();
  process.tick(3);
  expect(collect()).toMatchObject({
    'nodejs.eventloop.delay.min': { '': 0.003 },
    'nodejs.eventloop.delay.max': { '': 0.003 },
    'nodejs.eventloop.delay.mean': { '': 0.003 },
    'nodejs.eventloop.delay.stddev': { '': 0 },
    'nodejs.eventloop.delay.p50': { '': 0.003 },
    'nodejs.eventloop.delay.p90': { '': 0.003 },
    'nodejs.eventloop.delay.p99': { '': 0.003 },
  });
});

test('9 s in which the application was loaded before the loop began are no delay', () => {
  const { process, histograms } = running();
  process.loop = { active: 2, idle: 0 };
  process.millis = 9_000;
  process.tick(0);
  expect(histograms()['nodejs.eventloop.delay']?.['']?.sum).toBeLessThan(0.1);
});

test('a timer that comes early is not a delay below 0', () => {
  const { process, collect } = running();
  process.tick(-0.8);
  expect(collect()['nodejs.eventloop.delay.min']).toEqual({ '': 0 });
});

test('99 delays of 2 ms and one of 700 ms are 100 samples in buckets that add up over instances', () => {
  const { process, histograms } = running();
  for (let sample = 0; sample < 99; sample += 1) process.tick(2);
  process.tick(700);
  const delay = histograms()['nodejs.eventloop.delay']?.[''];
  expect(delay?.count).toBe(100);
  expect(delay?.sum).toBeCloseTo(0.898, 6);
  expect(delay?.buckets.counts[delay.buckets.boundaries.indexOf(0.0025)]).toBe(99);
  expect(delay?.buckets.counts[delay.buckets.boundaries.indexOf(1)]).toBe(1);
});

test('what one reader collects is not missing from the other: delay, utilization, CPU', () => {
  const { process, collect, collectElsewhere } = running();
  process.tick(800);
  process.loop = { active: 9_000, idle: 3_000 };
  process.cpu = { user: 6_000_000, system: 0 };
  process.millis = 12_000;
  const told = {
    'nodejs.eventloop.delay.max': { '': 0.8 },
    'nodejs.eventloop.utilization': { '': 0.75 },
    'process.cpu.utilization': { user: 0.25, system: 0 },
  };
  expect(collect()).toMatchObject(told);
  expect(collect()).toMatchObject(told);
  expect(collectElsewhere()).toMatchObject(told);
});

test('time of the loop and of the CPU are totals in seconds, by state and by mode', () => {
  const { process, collect } = running();
  process.loop = { active: 1_500, idle: 500 };
  process.cpu = { user: 2_500_000, system: 250_000 };
  process.millis = 2_000;
  expect(collect()).toMatchObject({
    'nodejs.eventloop.time': { active: 1.5, idle: 0.5 },
    'nodejs.eventloop.utilization': { '': 0.75 },
    'process.cpu.time': { user: 2.5, system: 0.25 },
  });
});

test('before the loop has begun it has no utilization', () => {
  expect(running().collect()['nodejs.eventloop.utilization']).toBeUndefined();
});

test('a minor collection of 150 µs falls between 100 and 250 µs, one of V8 without a name counts as minor', () => {
  const { process, histograms } = running();
  process.collectGarbage(1, 0.15);
  process.collectGarbage(2, 0.15);
  process.collectGarbage(4, 20);
  process.collectGarbage(8, 1);
  process.collectGarbage(16, 1);
  const byType = histograms()['v8js.gc.duration'] ?? {};
  expect(Object.keys(byType).toSorted()).toEqual(['incremental', 'major', 'minor', 'weakcb']);
  expect(byType.minor?.buckets.boundaries.slice(0, 2)).toEqual([0.0001, 0.00025]);
  expect(byType.minor?.buckets.counts.slice(0, 3)).toEqual([0, 2, 0]);
});

test('the heap comes by space with the limit beside it, from one reading for four metrics', () => {
  const { process, collect } = running();
  expect(collect()).toMatchObject({
    'v8js.memory.heap.limit': { '': 4_096 },
    'v8js.memory.heap.used': { new_space: 10, old_space: 80 },
    'v8js.memory.heap.space.size': { new_space: 40, old_space: 90 },
    'v8js.memory.heap.space.available_size': { new_space: 30, old_space: 5 },
    'v8js.memory.heap.space.physical_size': { new_space: 39, old_space: 88 },
  });
  expect(process.reads.heapSpaces).toBe(1);
});

test('60 collections in a minute read the limit of the control group and the number of CPUs once', () => {
  const { process, collect } = running();
  for (let second = 0; second < 60; second += 1) {
    process.millis = second * 1_000;
    collect();
  }
  expect(process.reads).toMatchObject({ memory: 60, memoryLimit: 1, cpuCount: 1, fileDescriptors: 12 });
});

test('without a limit, and where there is no /proc, the metric is absent and not 0', () => {
  const { collect } = running(
    {},
    {
      memoryLimitBytes: () => undefined,
      fileDescriptors: () => undefined,
      fileDescriptorLimit: () => undefined,
      threads: () => undefined,
    },
  );
  const names = Object.keys(collect());
  expect(names).toContain('process.memory.usage');
  for (const name of names) expect(name).not.toMatch(/memory\.limit|file_descriptor|thread\.count/);
});

test('a type of handle that is gone goes on as 0; the 65th type is not told', () => {
  const { process, collect } = running();
  process.resources = ['Timeout', 'TCPSocketWrap', 'Timeout'];
  expect(collect()['v8js.resource.active']).toEqual({ Timeout: 2, TCPSocketWrap: 1 });
  process.millis = 5_000;
  process.resources = ['TCPSocketWrap'];
  expect(collect()['v8js.resource.active']).toEqual({ Timeout: 0, TCPSocketWrap: 1 });
  process.millis = 10_000;
  process.resources = Array.from({ length: 100 }, (_, index) => `type ${index}`);
  expect(Object.keys(collect()['v8js.resource.active'] ?? {})).toHaveLength(64);
});

test('workers are counted until they end; the one of Vigil is not', () => {
  const { process, collect } = running();
  const worker = { threadId: 1, threadName: 'resize' };
  process.startWorker(worker);
  process.startWorker({ threadId: 2, threadName: 'vigil-export' });
  expect(collect()['nodejs.worker.count']).toEqual({ '': 1 });
  worker.threadId = -1;
  expect(collect()['nodejs.worker.count']).toEqual({ '': 0 });
});

test('a worker thread measures its own loop and heap and leaves the process to the main thread', () => {
  const { process, collect } = running({}, { isMainThread: false });
  process.tick(1);
  const names = Object.keys(collect());
  expect(names).toEqual(expect.arrayContaining(['nodejs.eventloop.delay.p99', 'v8js.memory.heap.used']));
  for (const name of names) expect(name).not.toMatch(/^process\.|^nodejs\.memory/);
});

test('switched off nothing runs and nothing is told; switched on again everything is', () => {
  const { process, instrumentation, collect } = running();
  process.tick(1);
  instrumentation.enable();
  expect(process.running).toEqual(['timer of 50 ms', 'garbage collection', 'workers']);
  instrumentation.disable();
  instrumentation.disable();
  expect(process.running).toEqual([]);
  // The histogram is a running total: it stays, and does not grow.
  expect(Object.keys(collect())).toEqual(['nodejs.eventloop.delay', 'vigil.metric.overflows']);
  expect(instrumentation.status()).toMatchObject({ isEnabled: false, instrumented: [] });
  instrumentation.enable();
  process.tick(1);
  expect(Object.keys(collect())).toEqual(expect.arrayContaining(['nodejs.eventloop.delay.p99', 'process.uptime']));
});

test('without metrics nothing runs, with a resolution of 0 no timer does, and garbage collection can be left alone', () => {
  const process = new FakeNodeProcess();
  const host = { metrics: undefined, nowMillis: process.nowMillis, warn: () => undefined };
  createRuntimeInstrumentation(host, {}, process).enable();
  expect(process.running).toEqual([]);
  expect(running({ delayResolutionMillis: 0 }).process.running).toEqual(['garbage collection', 'workers']);
  expect(running({ garbageCollection: false }).process.running).toEqual(['timer of 50 ms', 'workers']);
});

test('what cannot be observed is said in one line; the rest is measured', () => {
  const { instrumentation, warnings, collect } = running(
    {},
    {
      onGarbageCollection: () => {
        throw new Error('no observer');
      },
    },
  );
  expect(warnings).toEqual(['garbage collection is not measured: no observer']);
  expect(instrumentation.status()).toEqual({
    name: 'runtime-node',
    isEnabled: true,
    instrumented: [{ library: 'node', version: '24.0.0', mechanism: 'observation', module: 'builtin' }],
    refused: [{ library: 'node', version: '24.0.0', reason: 'garbage collection is not measured: no observer' }],
  });
  expect(Object.keys(collect())).toContain('process.uptime');
});

test('a reading that throws costs its own metrics of that collection', () => {
  const { collect } = running(
    {},
    {
      heapSpaces: () => {
        throw new Error('no heap');
      },
    },
  );
  expect(collect()['v8js.memory.heap.used']).toBeUndefined();
  expect(collect()['v8js.memory.heap.limit']).toEqual({ '': 4_096 });
});

test('a registry that throws does not reach whoever switches on', () => {
  const broken = new Proxy({} as MetricRegistry, {
    get: () => {
      throw new Error('broken');
    },
  });
  const process = new FakeNodeProcess();
  const instrumentation = createRuntimeInstrumentation(
    { metrics: broken, nowMillis: process.nowMillis, warn: () => undefined },
    {},
    process,
  );
  expect(() => instrumentation.enable()).not.toThrow();
  expect(instrumentation.status().refused.length).toBeGreaterThan(5);
});
