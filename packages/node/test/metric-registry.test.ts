import { afterEach, expect, test } from '@jest/globals';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import { MetricReader } from '@opentelemetry/sdk-metrics';
import { parseEnvironment } from '@vigil/config/environment';
import type { ExportPipeline } from '@vigil/otlp-exporter';
import type { LightSpan } from '@vigil/tracer';
import { createPipeline } from '../src/signals/export-pipeline.ts';
import { createMetrics, type MetricsPipeline } from '../src/signals/metrics.ts';
import { createTraces } from '../src/signals/traces.ts';
import { type OtlpSink, startOtlpSink } from './otlp-sink.ts';

class ManualReader extends MetricReader {
  protected override onForceFlush = (): Promise<void> => Promise.resolve();
  protected override onShutdown = (): Promise<void> => Promise.resolve();
}

const DURATION = {
  name: 'took',
  unit: 's',
  kind: 'histogram',
  attributes: ['route'],
  boundaries: [0.01, 0.1],
  description: 'How long it took.',
  source: 'test',
} as const;
const OPEN = { ...DURATION, name: 'open', unit: '{order}', kind: 'updowncounter', attributes: [] } as const;

const SPAN = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) };

let sink: OtlpSink | undefined;
let pipeline: ExportPipeline | undefined;
let metrics: MetricsPipeline | undefined;
afterEach(async () => {
  await metrics?.shutdown();
  await pipeline?.shutdown({ timeoutMillis: 1_000 });
  await sink?.close();
});

async function running(variables: Record<string, string> = {}, added: readonly MetricReader[] = []) {
  sink = await startOtlpSink({});
  const { settings } = parseEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...variables });
  pipeline = createPipeline(settings);
  metrics = createMetrics(settings.metrics, emptyResource(), pipeline, added);
  metrics.registry
    .histogram(DURATION)
    .series('/a')
    .record(0.02, { isKept: true, ...SPAN });
  metrics.registry.upDownCounter(OPEN).series().add(3);
  metrics.provider.getMeter('app').createCounter('orders').add(2);
  return { sink, pipeline, metrics };
}

const NAMES = ['open', 'orders', 'took', 'vigil.metric.overflows'];
const named = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).sort();

test('metrics of the registry arrive beside the application’s, with the trace id of a kept trace', async () => {
  const app = await running();
  await app.metrics.handOver(1_000);
  await app.pipeline?.forceFlush();
  expect(named(app.sink.metrics)).toEqual(NAMES);
  const durations = app.sink.metrics.find(({ name }) => name === DURATION.name);
  expect(durations?.data.points[0]?.exemplars).toEqual([{ value: 0.02, ...SPAN }]);
});

test('what is handed over at exit holds them too', async () => {
  const app = await running();
  app.metrics.handOverNow?.();
  await app.pipeline?.forceFlush();
  expect(named(app.sink.metrics)).toEqual(NAMES);
});

test('delta is sent of the registry where delta is preferred, up-down counters aside', async () => {
  const app = await running({ OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' });
  await app.metrics.handOver(1_000);
  await app.pipeline?.forceFlush();
  expect(Object.fromEntries(app.sink.metrics.map(({ name, data }) => [name, data.temporality]))).toEqual({
    open: 2,
    orders: 1,
    took: 1,
    'vigil.metric.overflows': 1,
  });
});

test('a reader that the application added collects the registry as well', async () => {
  const reader = new ManualReader();
  await running({ OTEL_METRICS_EXPORTER: 'none' }, [reader]);
  const { resourceMetrics, errors } = await reader.collect();
  const found = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics.map(({ descriptor }) => descriptor));
  expect(named(found)).toEqual(NAMES);
  expect(errors).toEqual([]);
});

test('a measurement of a child is an exemplar once the trace is kept for the error of its root, and none of a trace that is dropped', async () => {
  sink = await startOtlpSink({});
  const { settings } = parseEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, VIGIL_SAMPLING_RATIO: '0' });
  pipeline = createPipeline(settings);
  const traces = createTraces(settings.traces, emptyResource(), pipeline);
  metrics = createMetrics(settings.metrics, emptyResource(), pipeline);
  const tracer = traces.provider.getTracer('t');
  const took = metrics.registry.histogram(DURATION).series('/a');
  const [kept] = [0.02, 0.5].map((seconds) => {
    const root = tracer.startSpan('root');
    const child = tracer.startSpan('child', {}, trace.setSpan(context.active(), root));
    child.end();
    took.record(seconds, child as LightSpan);
    if (seconds === 0.02) root.setStatus({ code: SpanStatusCode.ERROR });
    root.end();
    return child.spanContext();
  });
  await metrics.handOver(1_000);
  await pipeline?.forceFlush();
  const [point] = sink.metrics.find(({ name }) => name === DURATION.name)?.data.points ?? [];
  expect(point?.count).toBe(2);
  expect(point?.exemplars).toEqual([{ value: 0.02, traceId: kept?.traceId, spanId: kept?.spanId }]);
  expect(sink.spans.map(({ spanId }) => spanId)).toContain(kept?.spanId);
});
