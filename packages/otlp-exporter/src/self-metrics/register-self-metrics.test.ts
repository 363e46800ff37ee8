import { expect, test } from '@jest/globals';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { LossReason } from '@vigil/conventions';
import { METRICS } from '@vigil/conventions';
import type { ExportPipeline } from '../export-pipeline.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import { createPipelineMemory } from '../ring/pipeline-memory.ts';
import { SignalCounter } from '../signal-counts.ts';
import type { AttemptReport } from '../transport/timed-transport.ts';
import { registerSelfMetrics } from './register-self-metrics.ts';

function setUp() {
  const nothing = readLedger(createPipelineMemory({ ringBytes: 65_536 }));
  const lost = { ...nothing.lost, queue_full: 3, timeout: 4 } satisfies Record<LossReason, number>;
  const ledger = {
    ...nothing,
    ended: 100,
    sampledOut: 10,
    accepted: 60,
    unconfirmed: 5,
    queued: 11,
    inflight: 7,
    lost,
    queuedBytes: 4_096,
    selfNanos: 2e9,
  };
  const logs = new SignalCounter();
  logs.handedOver(9);
  logs.settled(4, { kind: 'accepted', rejected: 1 });
  logs.settled(2, { kind: 'unconfirmed' });
  const metrics = new SignalCounter();
  const counts = (signal: 'metrics' | 'logs') => (signal === 'logs' ? logs : metrics);
  const attempts = new Set<(attempt: AttemptReport) => void>();
  const onAttempt: ExportPipeline['onAttempt'] = (listener) => {
    attempts.add(listener);
    return () => void attempts.delete(listener);
  };
  const attempted = (millis: number, statusCode?: number, reason?: AttemptReport['reason']) => {
    for (const listener of attempts) listener({ signal: 'traces', millis, statusCode, reason });
  };
  const pipeline = { ledger: () => ledger, counts, onAttempt } as unknown as ExportPipeline;
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const provider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  });
  const collect = async () => {
    exporter.reset();
    await provider.forceFlush();
    return exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics: all }) => all));
  };
  return { pipeline, provider, collect, attempted };
}

test('every declared metric is published, with its unit, its kind and no attribute that is not declared', async () => {
  const { pipeline, provider, collect, attempted } = setUp();
  registerSelfMetrics(pipeline, provider);
  attempted(12, 503, '5xx');
  const published = await collect();
  const declared = METRICS.filter(({ source }) => source === '@vigil/otlp-exporter');
  expect(published.map(({ descriptor }) => descriptor.name).sort()).toEqual(declared.map(({ name }) => name).sort());
  for (const { descriptor, dataPoints, ...data } of published) {
    const metric = declared.find(({ name }) => name === descriptor.name);
    expect([descriptor.unit, 'isMonotonic' in data && data.isMonotonic]).toEqual([
      metric?.unit,
      metric?.kind === 'counter',
    ]);
    for (const { attributes } of dataPoints) {
      expect(metric?.attributes).toEqual(expect.arrayContaining(Object.keys(attributes)));
    }
  }
  await provider.shutdown();
});

test('every attempt is one value of the duration in seconds, with its status and what it failed by', async () => {
  const { pipeline, provider, collect, attempted } = setUp();
  registerSelfMetrics(pipeline, provider);
  attempted(250, 200);
  attempted(500, 200);
  attempted(5_000, undefined, 'timeout');
  const durations = (await collect()).find(
    ({ descriptor }) => descriptor.name === 'otel.sdk.exporter.operation.duration',
  );
  const said = durations?.dataPoints.map(({ attributes, value }) => {
    const { count, sum } = value as { count: number; sum?: number };
    return [attributes['http.response.status_code'], attributes['error.type'], count, sum];
  });
  expect(said).toEqual([
    [200, undefined, 2, 0.75],
    [undefined, 'timeout', 1, 5],
  ]);
  await provider.shutdown();
});

test('the outcomes add up to what ended, but for what waits and is on its way', async () => {
  const { pipeline, provider, collect } = setUp();
  registerSelfMetrics(pipeline, provider);
  const published = await collect();
  const points = (name: string) => published.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
  const sum = (name: string) => points(name).reduce((all, { value }) => all + Number(value), 0);
  expect(sum('vigil.span.outcomes') + 11 + 7).toBe(sum('vigil.span.ended'));
  expect(
    points('vigil.span.outcomes').map(({ attributes, value }) => [Object.values(attributes).join(), value]),
  ).toEqual([
    ['accepted', 60],
    ['sampled_out', 10],
    ['unconfirmed', 5],
    ['lost,queue_full', 3],
    ['lost,timeout', 4],
  ]);
  expect(
    points('otel.sdk.processor.span.processed').map(({ attributes, value }) => [attributes['error.type'], value]),
  ).toEqual([
    [undefined, 76],
    ['queue_full', 3],
  ]);
  expect(
    points('otel.sdk.exporter.span.exported').map(({ attributes, value }) => [attributes['error.type'], value]),
  ).toEqual([
    [undefined, 60],
    ['unconfirmed', 5],
    ['timeout', 4],
  ]);
  expect(
    points('otel.sdk.exporter.log.exported').map(({ attributes, value }) => [attributes['error.type'], value]),
  ).toEqual([
    [undefined, 3],
    ['unconfirmed', 2],
    ['rejected', 1],
  ]);
  expect(sum('otel.sdk.exporter.log.inflight')).toBe(3);
  expect(sum('vigil.pipeline.self_time')).toBe(2);
  await provider.shutdown();
});

test('stopped, it publishes nothing', async () => {
  const { pipeline, provider, collect, attempted } = setUp();
  registerSelfMetrics(pipeline, provider)();
  attempted(12, 200);
  expect(await collect()).toEqual([]);
  await provider.shutdown();
});
