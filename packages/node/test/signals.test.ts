import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type DiagLogger, diag, SpanKind } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import { parseEnvironment } from '@vigil/config/environment';
import type { ExportPipeline } from '@vigil/otlp-exporter';
import { createPipeline } from '../src/signals/export-pipeline.ts';
import { createLogs } from '../src/signals/logs.ts';
import { createMetrics } from '../src/signals/metrics.ts';
import { createTraces } from '../src/signals/traces.ts';
import { type OtlpSink, type SinkBehaviour, startOtlpSink } from './otlp-sink.ts';

const lines: string[] = [];
const write = (...args: unknown[]) => void lines.push(args.join(' '));
const logger: DiagLogger = { error: write, warn: write, info: jest.fn(), debug: jest.fn(), verbose: jest.fn() };

let sink: OtlpSink;
let pipeline: ExportPipeline | undefined;
beforeEach(() => {
  lines.length = 0;
  diag.setLogger(logger, { suppressOverrideMessage: true });
});
afterEach(async () => {
  await pipeline?.shutdown({ timeoutMillis: 1_000 });
  await sink.close();
});

async function settingsOf(behaviour: SinkBehaviour, variables: Record<string, string> = {}) {
  sink = await startOtlpSink(behaviour);
  const { settings } = parseEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...variables });
  pipeline = createPipeline(settings);
  return settings;
}

test('a span, a metric and a log record arrive by one pipeline, compressed', async () => {
  const settings = await settingsOf({}, { OTEL_TRACES_SAMPLER: 'always_on' });
  const traces = createTraces(settings.traces, emptyResource(), pipeline);
  const metrics = createMetrics(settings.metrics, emptyResource(), pipeline);
  const logs = createLogs(settings.logs, emptyResource(), pipeline);
  traces.provider.getTracer('t').startSpan('work', { kind: SpanKind.SERVER }).end();
  metrics.provider.getMeter('m').createCounter('orders').add(2);
  logs.provider.getLogger('l').emit({ body: 'hello', severityText: 'INFO' });
  await Promise.all([traces, metrics, logs].map((signal) => signal.handOver(1_000)));
  await pipeline?.forceFlush();
  expect(sink.spans).toMatchObject([{ name: 'work', kind: 2, scope: 't' }]);
  expect(sink.metrics).toMatchObject([{ name: 'orders', data: { temporality: 2, points: [{ value: 2 }] } }]);
  expect(sink.logs).toMatchObject([{ body: { value: 'hello' }, severityText: 'INFO' }]);
  expect(sink.requests.find(({ path }) => path === '/v1/traces')?.headers['content-encoding']).toBe('gzip');
  expect(pipeline?.ledger()).toMatchObject({ ended: 1, accepted: 1, queued: 0, inflight: 0, unconfirmed: 0 });
  await Promise.all([traces, metrics, logs].map((signal) => signal.shutdown()));
  expect(lines).toEqual([]);
});

test('delta is sent when delta is preferred', async () => {
  const settings = await settingsOf({}, { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' });
  const metrics = createMetrics(settings.metrics, emptyResource(), pipeline);
  metrics.provider.getMeter('m').createCounter('orders').add(2);
  await metrics.shutdown();
  await pipeline?.forceFlush();
  expect(sink.metrics).toMatchObject([{ name: 'orders', data: { temporality: 1 } }]);
});

test('without OTEL_TRACES_SAMPLER the error is kept and says why, the ordinary trace at ratio 0 is counted as sampled out', async () => {
  const settings = await settingsOf({}, { VIGIL_SAMPLING_RATIO: '0' });
  const traces = createTraces(settings.traces, emptyResource(), pipeline);
  const tracer = traces.provider.getTracer('t');
  tracer.startSpan('ordinary').end();
  const failed = tracer.startSpan('failed');
  failed.setStatus({ code: 2 });
  failed.end();
  await pipeline?.forceFlush();
  expect(sink.spans).toMatchObject([{ name: 'failed', attributes: { 'sampling.rule': 'error' } }]);
  expect(pipeline?.ledger()).toMatchObject({ ended: 2, accepted: 1, sampledOut: 1 });
});

test('a refused batch is lost at once and counted, with one line that names the reason', async () => {
  const settings = await settingsOf({ statusCodes: [400] }, { OTEL_TRACES_SAMPLER: 'always_on' });
  const traces = createTraces(settings.traces, emptyResource(), pipeline);
  traces.provider.getTracer('t').startSpan('work').end();
  await pipeline?.forceFlush();
  expect(sink.requests).toHaveLength(1);
  expect(pipeline?.ledger()).toMatchObject({ ended: 1, accepted: 0, lost: { '4xx': 1 } });
  expect(lines).toHaveLength(1);
});
