import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { type Sink, startSink } from '@vigil-internal/otlp-sink';
import { createExportPipeline, type ExportPipeline } from '../src/export-pipeline.ts';
import type { ExportPipelineOptions } from '../src/export-pipeline-options.ts';
import { OtlpLogRecordProcessor, type OtlpLogRecordProcessorOptions } from '../src/otlp-log-record-processor.ts';
import { OtlpMetricExporter } from '../src/otlp-metric-exporter.ts';

jest.setTimeout(30_000);

let sink: Sink;
beforeAll(async () => {
  sink = await startSink();
});
afterAll(() => sink.close());

const log: string[] = [];
let pipeline: ExportPipeline;
beforeEach(() => void log.splice(0));
afterEach(() => pipeline.shutdown({ timeoutMillis: 1_000 }));

// In this process, so on the sources: the worker runs from src/ as well.
function open(options: Partial<ExportPipelineOptions> = {}): ExportPipeline {
  const endpoint = (signal: string) => ({ url: `${sink.url}/v1/${signal}` });
  const endpoints = { metrics: endpoint('metrics'), logs: endpoint('logs') };
  pipeline = createExportPipeline({ endpoints, log: (line) => void log.push(line), ...options });
  return pipeline;
}

const takenOf = async (signal: string): Promise<string[]> =>
  Object.keys((await sink.report()).taken[`/v1/${signal}`] ?? {});

const resource = resourceFromAttributes({ 'service.name': 'shop' });

describe.each(['auto', 'never'] as const)('with worker: %s', (worker) => {
  test('a metric and a log record of the SDK arrive, compressed, and are counted', async () => {
    await sink.script([]);
    open({ worker });
    const exporter = new OtlpMetricExporter({ pipeline });
    const meters = new MeterProvider({ resource, readers: [new PeriodicExportingMetricReader({ exporter })] });
    meters.getMeter('m').createCounter(`orders.${worker}`).add(2, { 'http.route': '/a' });
    const logs = new LoggerProvider({ resource, processors: [new OtlpLogRecordProcessor({ pipeline })] });
    logs.getLogger('l').emit({ body: `hello ${worker}`, severityText: 'INFO' });
    await Promise.all([meters.forceFlush(), logs.forceFlush()]);
    expect(await takenOf('metrics')).toContain(`orders.${worker}`);
    expect(await takenOf('logs')).toContain(`hello ${worker}`);
    expect((await sink.report()).requests.at(-1)?.headers['content-encoding']).toBe('gzip');
    expect(pipeline.counts('metrics')).toMatchObject({ accepted: 1, inflight: 0, unconfirmed: 0, lost: {} });
    expect(pipeline.counts('logs')).toMatchObject({ accepted: 1, inflight: 0, unconfirmed: 0, lost: {} });
    expect(pipeline.ledger()).toMatchObject({ ended: 0, queued: 0, requests: 2 });
    await Promise.all([meters.shutdown(), logs.shutdown()]);
    expect(log).toEqual([]);
  });

  test('a refusal is counted by its reason, one line says so, and the SDK is not told', async () => {
    await sink.script([{ kind: 'answer', status: 400 }]);
    open({ worker });
    let isTold: unknown;
    const exporter = new OtlpMetricExporter({ pipeline });
    const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
    meters.getMeter('m').createCounter('refused').add(1);
    await meters.forceFlush().catch((error: unknown) => {
      isTold = error;
    });
    expect(isTold).toBeUndefined();
    expect(pipeline.counts('metrics')).toMatchObject({ accepted: 0, inflight: 0, lost: { '4xx': 1 } });
    expect(log).toEqual([expect.stringMatching(/^metrics: 4xx: 1 data points? lost$/)]);
    await meters.shutdown();
  });
});

test('delta is asked for by the instrument', () => {
  const selectAggregationTemporality = () => AggregationTemporality.DELTA;
  const exporter = new OtlpMetricExporter({ pipeline: open(), selectAggregationTemporality });
  expect(exporter.selectAggregationTemporality('COUNTER')).toBe(AggregationTemporality.DELTA);
  expect(new OtlpMetricExporter({ pipeline }).selectAggregationTemporality('COUNTER')).toBe(
    AggregationTemporality.CUMULATIVE,
  );
});

test('an exporter that was shut down takes nothing, says so and counts it', async () => {
  open();
  const exporter = new OtlpMetricExporter({ pipeline });
  await exporter.shutdown();
  const results: number[] = [];
  const point = { attributes: {}, startTime: [0, 0], endTime: [0, 0], value: 1 };
  const metrics = { resource, scopeMetrics: [{ scope: { name: 'm' }, metrics: [{ dataPoints: [point, point] }] }] };
  exporter.export(metrics as never, ({ code }) => results.push(code));
  exporter.export({ resource, scopeMetrics: [] } as never, ({ code }) => results.push(code));
  expect(results).toEqual([1, 0]);
  expect(pipeline.counts('metrics').lost).toEqual({ already_shutdown: 2 });
});

describe('log records', () => {
  const setUp = (options: Partial<OtlpLogRecordProcessorOptions> = {}) => {
    open();
    const provider = new LoggerProvider({ processors: [new OtlpLogRecordProcessor({ pipeline, ...options })] });
    const logger = provider.getLogger('l');
    return { provider, emit: (body: string) => logger.emit({ body }) };
  };

  test('the third of two that may wait is lost and counted, and when these are sent there is room again', async () => {
    await sink.script([]);
    const { provider, emit } = setUp({ maxQueueSize: 2, scheduledDelayMillis: 60_000 });
    for (const body of ['first', 'second', 'third']) emit(body);
    expect(pipeline.counts('logs').lost).toEqual({ queue_full: 1 });
    await provider.forceFlush();
    emit('fourth');
    await provider.shutdown();
    expect(pipeline.counts('logs')).toMatchObject({ accepted: 3, lost: { queue_full: 1 } });
    const bodies = await takenOf('logs');
    expect(bodies).toEqual(expect.arrayContaining(['first', 'second', 'fourth']));
    expect(bodies).not.toContain('third');
    emit('fifth');
    expect(pipeline.counts('logs').lost).toEqual({ queue_full: 1 });
  });

  test('a record whose attributes cannot be encoded costs itself, not those beside it', async () => {
    await sink.script([]);
    open();
    const processor = new OtlpLogRecordProcessor({ pipeline });
    const record = (body: string, attributes: object) =>
      ({
        resource,
        instrumentationScope: { name: 'l' },
        hrTime: [0, 0],
        hrTimeObserved: [0, 0],
        body,
        attributes,
        droppedAttributesCount: 0,
      }) as never;
    const hostile = Object.defineProperty({}, 'key', {
      enumerable: true,
      get() {
        throw new Error('no');
      },
    });
    processor.onEmit(record('good', {}));
    processor.onEmit(record('bad', hostile));
    await processor.forceFlush();
    expect(pipeline.counts('logs')).toMatchObject({ accepted: 1, lost: { encode_error: 1 } });
    expect(await takenOf('logs')).toContain('good');
  });

  test('bodies of 10 MB are cut, at most 4 MiB of them wait, and 1,000 small ones are encoded in parts of at most 128', async () => {
    const handedOver: [number, number][] = [];
    const counts = { oversize_span: 0, queue_full: 0 };
    const stub = {
      submit: (_: string, { length }: Uint8Array, items: number) => void handedOver.push([items, length]),
      refused: (_: string, items: number, reason: keyof typeof counts) => {
        counts[reason] += items;
      },
      beforeFlush: () => () => undefined,
    } as unknown as ExportPipeline;
    const processor = new OtlpLogRecordProcessor({ pipeline: stub });
    const logger = new LoggerProvider({ processors: [processor] }).getLogger('l');
    const body = 'x'.repeat(10_000_000);
    for (let index = 0; index < 100; index += 1) logger.emit({ body });
    logger.emit({ body: new Array(10_000).fill(0) });
    expect(counts).toEqual({ oversize_span: 1, queue_full: 37 });
    const until = async (records: number) => {
      while (handedOver.reduce((sum, [items]) => sum + items, 0) < records) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    await until(63);
    expect(Math.max(...handedOver.map(([, length]) => length))).toBeLessThan(132_000);
    for (let index = 0; index < 1_000; index += 1) logger.emit({ body: 'small' });
    await until(1_063);
    expect(Math.max(...handedOver.map(([items]) => items))).toBe(128);
    expect(counts).toEqual({ oversize_span: 1, queue_full: 37 });
  });

  test('wrong options are one error that names them all', () => {
    open();
    expect(
      () => new OtlpLogRecordProcessor({ pipeline, maxQueueSize: 0, maxExportBatchSize: 3, scheduledDelayMillis: -1 }),
    ).toThrow(
      'OtlpLogRecordProcessor: maxQueueSize: expected a whole number from 1 to 1000000, got 0; ' +
        'maxExportBatchSize: expected a whole number from 1 to 0, got 3; ' +
        'scheduledDelayMillis: expected a whole number from 0 to 3600000, got -1',
    );
  });
});

test('8 MiB of bodies without an answer are the bound: one more is queue_full at once, and unconfirmed is what hangs', async () => {
  await sink.script([], { kind: 'hang' });
  open();
  const outcomes: string[] = [];
  const submit = (bytes: number) =>
    pipeline.submit('metrics', new Uint8Array(bytes), 1, (outcome) =>
      outcomes.push(outcome.kind === 'lost' ? outcome.reason : outcome.kind),
    );
  for (let body = 0; body < 8; body += 1) submit(2 ** 20);
  await null;
  expect(outcomes).toEqual([]);
  submit(1);
  await null;
  expect(outcomes).toEqual(['queue_full']);
  await new Promise((resolve) => setTimeout(resolve, 700));
  await pipeline.shutdown({ timeoutMillis: 500 });
  expect(outcomes).toHaveLength(9);
  const { accepted, inflight, unconfirmed, lost } = pipeline.counts('metrics');
  expect([accepted, inflight]).toEqual([0, 0]);
  expect(unconfirmed).toBeGreaterThan(0);
  expect(unconfirmed + Object.values(lost).reduce((sum, count) => sum + count, 0)).toBe(9);
});
