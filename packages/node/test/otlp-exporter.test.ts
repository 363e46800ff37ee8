import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type DiagLogger, diag, SpanKind } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import { parseEnvironment } from '@vigil/config/environment';
import { RetryGate } from '../src/otlp/retry.ts';
import { createLogs } from '../src/signals/logs.ts';
import { createMetrics } from '../src/signals/metrics.ts';
import { createTraces } from '../src/signals/traces.ts';
import { type OtlpSink, type SinkBehaviour, startOtlpSink } from './otlp-sink.ts';

const lines: string[] = [];
const write = (...args: unknown[]) => void lines.push(args.join(' '));
const logger: DiagLogger = { error: write, warn: write, info: jest.fn(), debug: jest.fn(), verbose: jest.fn() };

let sink: OtlpSink;
beforeEach(() => {
  lines.length = 0;
  diag.setLogger(logger, { suppressOverrideMessage: true });
});
afterEach(() => sink.close());

async function settingsOf(behaviour: SinkBehaviour, variables: Record<string, string> = {}) {
  sink = await startOtlpSink(behaviour);
  return parseEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...variables }).settings;
}

test('a span, a metric and a log record arrive, compressed when asked for', async () => {
  const settings = await settingsOf({}, { OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip' });
  const gate = new RetryGate();
  const traces = createTraces(settings.traces, emptyResource(), gate);
  const metrics = createMetrics(settings.metrics, emptyResource(), gate);
  const logs = createLogs(settings.logs, emptyResource(), gate);
  traces.provider.getTracer('t').startSpan('work', { kind: SpanKind.SERVER }).end();
  metrics.provider.getMeter('m').createCounter('orders').add(2);
  logs.provider.getLogger('l').emit({ body: 'hello', severityText: 'INFO' });
  await Promise.all([traces, metrics, logs].map((pipeline) => pipeline.forceFlush()));
  expect(sink.spans).toMatchObject([{ name: 'work', kind: 2, scope: 't' }]);
  expect(sink.metrics).toMatchObject([{ name: 'orders', data: { temporality: 2, points: [{ value: 2 }] } }]);
  expect(sink.logs).toMatchObject([{ body: { value: 'hello' }, severityText: 'INFO' }]);
  expect(sink.requests.find(({ path }) => path === '/v1/traces')?.headers['content-encoding']).toBe('gzip');
  await Promise.all([traces, metrics, logs].map((pipeline) => pipeline.shutdown()));
  expect(lines).toEqual([]);
});

test('delta is sent when delta is preferred', async () => {
  const settings = await settingsOf({}, { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' });
  const metrics = createMetrics(settings.metrics, emptyResource(), new RetryGate());
  metrics.provider.getMeter('m').createCounter('orders').add(2);
  await metrics.shutdown();
  expect(sink.metrics).toMatchObject([{ name: 'orders', data: { temporality: 1 } }]);
});

async function loseOneSpan(behaviour: SinkBehaviour, variables: Record<string, string> = {}): Promise<void> {
  const settings = await settingsOf(behaviour, variables);
  const traces = createTraces(settings.traces, emptyResource(), new RetryGate());
  traces.provider.getTracer('t').startSpan('work').end();
  await traces.forceFlush();
}

test('a refused batch is lost at once, with one line that names signal, endpoint and status', async () => {
  await loseOneSpan({ statusCodes: [400] });
  expect(sink.requests).toHaveLength(1);
  expect(lines).toEqual([`traces lost, ${sink.url}/v1/traces did not take them: HTTP 400 Bad Request`]);
});

test('a collector that hangs past the timeout loses the batch', async () => {
  await loseOneSpan({ hangs: true }, { OTEL_EXPORTER_OTLP_TIMEOUT: '200' });
  expect(lines).toEqual([`traces lost, ${sink.url}/v1/traces did not take them: no answer within 200 ms`]);
});

test('the ninth batch on its way is dropped, with a line', async () => {
  const settings = await settingsOf({ hangs: true }, { OTEL_EXPORTER_OTLP_TIMEOUT: '300' });
  const traces = createTraces(settings.traces, emptyResource(), new RetryGate());
  for (let batch = 1; batch <= 9; batch += 1) {
    traces.provider.getTracer('t').startSpan('work').end();
    await traces.provider.forceFlush();
    expect(lines).toHaveLength(batch <= 8 ? 0 : 1);
  }
  expect(lines[0]).toContain('Concurrent export limit reached');
  await traces.forceFlush();
});

test('a certificate that cannot be read is a line, not an exception', async () => {
  const settings = await settingsOf(
    {},
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://127.0.0.1:1',
      OTEL_EXPORTER_OTLP_CERTIFICATE: 'missing.pem',
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
    },
  );
  const traces = createTraces(settings.traces, emptyResource(), new RetryGate());
  traces.provider.getTracer('t').startSpan('work').end();
  await traces.forceFlush();
  expect(lines).toEqual([
    expect.stringMatching(/^cannot read the OTLP certificate file, going on without: ENOENT/),
    expect.stringMatching(/^traces lost, https:\/\/127.0.0.1:1\/v1\/traces did not take them: /),
  ]);
});
