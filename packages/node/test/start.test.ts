import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { parseEnvironment } from '@vigil/config/environment';
import { startTelemetry, type Telemetry, VERSION } from '../src/index.ts';
import { runningTelemetry } from '../src/running.ts';
import { type OtlpSink, startOtlpSink } from './otlp-sink.ts';

let sink: OtlpSink;
let telemetry: Telemetry | undefined;
beforeEach(async () => {
  sink = await startOtlpSink();
});
afterEach(async () => {
  await telemetry?.shutdown();
  await sink.close();
});

const environment = (variables: Record<string, string> = {}) =>
  parseEnvironment({
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_SERVICE_NAME: 'shop',
    OTEL_TRACES_SAMPLER: 'always_on',
    VIGIL_QUIET: 'true',
    ...variables,
  });

test('starting twice returns what runs, and after shutdown it can be started again', async () => {
  telemetry = startTelemetry({ environment: environment(), instrumentations: [] });
  expect(startTelemetry()).toBe(telemetry);
  expect(telemetry).toMatchObject({ version: VERSION, serviceName: 'shop' });
  expect(await telemetry.shutdown()).toBe(true);
  expect(runningTelemetry()).toBeUndefined();
  const again = startTelemetry({ environment: environment(), instrumentations: [] });
  expect(again).not.toBe(telemetry);
  telemetry = again;
});

test('forceFlush delivers what the application’s own tracer recorded', async () => {
  telemetry = startTelemetry({ environment: environment(), instrumentations: [] });
  trace.getTracer('app').startSpan('work').end();
  expect(await telemetry.forceFlush()).toBe(true);
  expect(sink.spans).toMatchObject([{ name: 'work', resource: { 'service.name': 'shop' } }]);
});

test('the ledger says where every span is, and there is none where no span is sent', async () => {
  telemetry = startTelemetry({ environment: environment(), instrumentations: [] });
  trace.getTracer('app').startSpan('work').end();
  expect(telemetry.ledger()).toMatchObject({ ended: 1, accepted: 0, queued: 1 });
  await telemetry.forceFlush();
  expect(telemetry.ledger()).toMatchObject({ ended: 1, accepted: 1, queued: 0 });
  await telemetry.shutdown();
  telemetry = startTelemetry({ environment: environment({ OTEL_TRACES_EXPORTER: 'none' }), instrumentations: [] });
  expect(telemetry.ledger()).toBeUndefined();
});

test('the active span is carried through await and into W3C headers', async () => {
  telemetry = startTelemetry({ environment: environment(), instrumentations: [] });
  await trace.getTracer('app').startActiveSpan('work', async (span) => {
    await Promise.resolve();
    expect(trace.getActiveSpan()).toBe(span);
    const headers: Record<string, string> = {};
    propagation.inject(context.active(), headers);
    expect(headers.traceparent).toContain(span.spanContext().traceId);
    expect(trace.getSpanContext(propagation.extract(ROOT_CONTEXT, headers))?.spanId).toBe(span.spanContext().spanId);
    span.end();
  });
});

test('an added span processor sees spans even when no exporter is on', () => {
  const exporter = new InMemorySpanExporter();
  telemetry = startTelemetry({
    environment: environment({
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
    instrumentations: [],
  });
  trace.getTracer('app').startSpan('work').end();
  expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['work']);
});

test('with every exporter none nothing is registered but context and headers', () => {
  const off = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
  telemetry = startTelemetry({ environment: environment(off), instrumentations: [] });
  expect(trace.getTracer('app').startSpan('work').isRecording()).toBe(false);
});

test('switched off, it returns telemetry that does nothing', async () => {
  telemetry = startTelemetry({ environment: environment({ OTEL_SDK_DISABLED: 'true' }), instrumentations: [] });
  expect(runningTelemetry()).toBeUndefined();
  expect(await telemetry.forceFlush()).toBe(true);
  expect(await telemetry.shutdown()).toBe(true);
});

test('refused by the API, it throws and leaves nothing behind', async () => {
  const other = { getTracer: () => trace.getTracer('other') };
  const api = globalThis as Record<symbol, unknown>;
  const key = Symbol.for('opentelemetry.js.api.1');
  const before = api[key];
  api[key] = { version: '1.9.0', metrics: other };
  expect(() => startTelemetry({ environment: environment(), instrumentations: [] })).toThrow('API refused');
  expect(runningTelemetry()).toBeUndefined();
  api[key] = before;
  telemetry = undefined;
});
