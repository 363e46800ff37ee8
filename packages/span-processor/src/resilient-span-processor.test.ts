import { afterEach, expect, test } from '@jest/globals';
import { context, ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { HTTP_ROUTE, URL_PATH } from '@vigil/conventions';
import { ConstantAttributes } from '@vigil/otlp-exporter';
import { type LightSpan, LightTracerProvider } from '@vigil/tracer';
import { ManualTime } from '../test/manual-time.ts';
import { MemoryPipeline } from '../test/memory-pipeline.ts';
import { ResilientSpanProcessor, type ResilientSpanProcessorOptions } from './resilient-span-processor.ts';
import { forceSampling } from './retention/forced.ts';
import { createConsistentSampler } from './sampler/consistent-sampler.ts';

afterEach(() => void context.disable());

function setUp(options: ResilientSpanProcessorOptions = {}, ratio = 0) {
  const pipeline = new MemoryPipeline();
  const time = new ManualTime();
  const processor = new ResilientSpanProcessor({ pipeline, clock: time, timers: time, ...options });
  const sampler = createConsistentSampler({ ratio });
  const provider = new LightTracerProvider({
    resource: { attributes: { 'service.name': 'shop' } },
    sampler,
    processor,
  });
  const tracer = provider.getTracer('suite');
  const below = (span: Span) => trace.setSpan(ROOT_CONTEXT, span);
  const rules = () =>
    sink.offered.map(({ record, attributes }) => `${record.name} ${attributes['sampling.rule'] ?? '-'}`);
  const sink = pipeline.spans;
  return { sink, pipeline, time, processor, provider, tracer, below, rules };
}

test('light spans: nothing of a fast trace is sent, all of one with an error is, with its rule', () => {
  const { sink, tracer, below, rules } = setUp();
  for (const code of [SpanStatusCode.UNSET, SpanStatusCode.ERROR]) {
    const root = tracer.startSpan('root');
    const child = tracer.startSpan('child', {}, below(root));
    tracer.startSpan('grandchild', {}, below(child)).setStatus({ code }).end();
    child.end();
    expect(sink.heldCount).toBe(2);
    root.end();
  }
  expect(rules()).toEqual(['grandchild error', 'child error', 'root error']);
  expect(sink.offered.every(({ critical }) => critical)).toBe(true);
  expect([sink.sampledOutCount, sink.heldCount, sink.missing, sink.streamCount]).toEqual([3, 0, 0, 1]);
});

test('light spans: slow, forced and by a route that is known at the end', () => {
  const { tracer, below, rules, sink } = setUp({ routes: [{ route: '/pay/:id', ratio: 1 }] });
  tracer.startSpan('slow', { startTime: [1_700_000_000, 0] }).end([1_700_000_001, 1]);
  tracer.startSpan('not slow', { startTime: [1_700_000_000, 0] }).end([1_700_000_001, 0]);
  const root = tracer.startSpan('root');
  const child = tracer.startSpan('child', {}, below(root));
  forceSampling(child);
  child.end();
  root.end();
  tracer.startSpan('routed').setAttribute('http.route', '/pay/:id').end();
  expect(rules()).toEqual(['slow slow', 'child forced', 'root forced', 'routed route']);
  expect(sink.offered.map(({ critical }) => critical)).toEqual([true, true, true, false]);
});

test('light spans: a late description is asked of those that are sent, and nothing is held of a root that is not', () => {
  const { tracer, below, sink } = setUp();
  const asked: string[] = [];
  const open = (name: string, parent?: Span) => {
    const context = parent === undefined ? ROOT_CONTEXT : below(parent);
    const span = tracer.startOperation(name, 0, context, [], undefined) as LightSpan;
    span.details = {
      describe(attributes) {
        asked.push(name);
        attributes.push('described', name);
      },
    };
    return span;
  };
  for (const code of [SpanStatusCode.UNSET, SpanStatusCode.ERROR]) {
    const root = open(`root ${code}`);
    open(`child ${code}`, root).setStatus({ code }).end();
    root.end();
    expect([root.details, root.isKept]).toEqual([undefined, code === SpanStatusCode.ERROR]);
  }
  expect(asked).toEqual(['child 2', 'root 2']);
  expect(sink.offered.map(({ attributes }) => attributes.described)).toEqual(['child 2', 'root 2']);
});

test('light spans: the route among shared attributes decides like one of their own', () => {
  const { tracer, rules } = setUp({ routes: [{ route: '/pay/:id', ratio: 1 }] });
  for (const route of ['/pay/:id', '/orders/:id']) {
    const constants = new ConstantAttributes([HTTP_ROUTE, route]);
    tracer.startOperation(`GET ${route}`, 1, ROOT_CONTEXT, [URL_PATH, '/x'], constants).end();
  }
  expect(rules()).toEqual(['GET /pay/:id route']);
});

test('forceSampling without a span takes the active one, and without that does nothing', () => {
  const { tracer, rules } = setUp();
  expect(() => forceSampling()).not.toThrow();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  tracer.startActiveSpan('active', (span) => {
    forceSampling();
    span.end();
  });
  expect(rules()).toEqual(['active forced']);
});

test('a rule the application set itself is replaced, not doubled', () => {
  const { tracer, sink } = setUp();
  tracer.startSpan('a').setAttribute('sampling.rule', 'mine').setStatus({ code: SpanStatusCode.ERROR }).end();
  expect(sink.offered[0]?.attributes).toEqual({ 'sampling.rule': 'error' });
});

test('a light span beyond those that may be open is lost as trace_buffer_full, after a shutdown as already_shutdown', async () => {
  const { sink, processor } = setUp();
  const resource = { attributes: {} };
  const tracer = new LightTracerProvider({ resource, processor, maxOpenSpans: 1 }).getTracer('suite');
  const open = tracer.startSpan('open');
  tracer.startSpan('beyond').end();
  expect([sink.endedCount, sink.lostBy]).toEqual([1, { trace_buffer_full: 1 }]);
  await processor.shutdown();
  tracer.startSpan('beyond').end();
  open.end();
  expect([sink.endedCount, sink.lostBy]).toEqual([3, { trace_buffer_full: 1, already_shutdown: 2 }]);
});

test('without tail retention light spans go straight on: what is sampled, nothing held, errors critical', () => {
  const { tracer, sink, below } = setUp({ tailRetention: false }, 1);
  const root = tracer.startSpan('root');
  tracer.startSpan('child', {}, below(root)).setStatus({ code: SpanStatusCode.ERROR }).end();
  root.end();
  const unsampled = setUp({ tailRetention: false }, 0);
  unsampled.tracer.startSpan('root').setStatus({ code: SpanStatusCode.ERROR }).end();
  expect(sink.offered.map(({ critical }) => critical)).toEqual([true, false]);
  expect([sink.heldMaximum, unsampled.sink.sampledOutCount]).toEqual([0, 1]);
});

test('a light trace keeps 1,000 spans by default; the root comes always and says that parts are missing', () => {
  const { tracer, sink, below } = setUp();
  const root = tracer.startSpan('root');
  for (let index = 0; index < 1_001; index += 1) tracer.startSpan('child', {}, below(root)).end();
  root.setStatus({ code: SpanStatusCode.ERROR }).end();
  expect(sink.offered).toHaveLength(1_001);
  expect(sink.lostBy).toEqual({ trace_buffer_full: 1 });
  expect(sink.offered.at(-1)?.attributes).toEqual({ 'sampling.rule': 'error', 'sampling.partial': true });
  expect(sink.missing).toBe(0);
});

test('the bytes of a trace are bounded: 1 MiB by default', () => {
  const { tracer, sink, below } = setUp();
  const root = tracer.startSpan('root');
  for (let index = 0; index < 11; index += 1) {
    tracer.startSpan('child', { attributes: { text: 'x'.repeat(100_000) } }, below(root)).end();
  }
  root.setStatus({ code: SpanStatusCode.ERROR }).end();
  expect([sink.offered.length, sink.lostBy.trace_buffer_full]).toEqual([11, 1]);
});

test('an adaptive threshold finds what is slow for its route', () => {
  const { tracer, rules } = setUp({ tailRetention: { adaptiveSlowThreshold: { minimumMillis: 1 } } });
  const run = (name: string, millis: number) =>
    tracer.startSpan(name, { startTime: [1_700_000_000, 0] }).end([1_700_000_000, millis * 1e6]);
  for (let index = 0; index < 200; index += 1) run('GET /ping', 2);
  for (let index = 0; index < 200; index += 1) run('GET /report', 500);
  run('GET /ping', 20);
  run('GET /report', 20);
  expect(rules()).toEqual(['GET /ping slow']);
});

test('the estimate of our own time is near what was spent, although one call in 64 is measured', () => {
  const { sink, tracer, time } = setUp({ tailRetention: false }, 1);
  sink.encode = () => time.advance(0.001);
  for (let index = 0; index < 64_000; index += 1) tracer.startSpan('s').end();
  expect(sink.selfNanos).toBeGreaterThan(0.8 * 64e6);
  expect(sink.selfNanos).toBeLessThan(1.2 * 64e6);
});

test('what a pipeline or clock throws reaches nobody', async () => {
  const { pipeline, processor, tracer } = setUp({}, 1);
  pipeline.spans.encode = () => {
    throw new Error('no');
  };
  pipeline.work = () => Promise.reject(new Error('no'));
  expect(() => tracer.startSpan('a').end()).not.toThrow();
  await processor.forceFlush();
  await processor.shutdown();
});

test('shutdown runs once, decides what waits and leaves a pipeline that others use running', async () => {
  const { sink, pipeline, processor, tracer, below } = setUp();
  const root = tracer.startSpan('root');
  tracer.startSpan('child', {}, below(root)).end();
  expect(processor.shutdown()).toBe(processor.shutdown());
  await processor.shutdown();
  expect([sink.sampledOutCount, sink.heldCount]).toEqual([1, 0]);
  expect(pipeline.calls).toEqual([]);
  root.end();
  expect([sink.lostBy.already_shutdown, sink.missing]).toEqual([1, 0]);
});

test('drainSync decides what waits first', () => {
  const { sink, pipeline, processor, tracer, below } = setUp();
  const root = tracer.startSpan('root');
  tracer.startSpan('child', {}, below(root)).setStatus({ code: SpanStatusCode.ERROR }).end();
  expect(processor.drainSync(300)).toBe(true);
  expect([sink.offered.length, pipeline.calls]).toEqual([1, ['drainSync 300']]);
});

test('an own pipeline is shut down with the processor, with an exit handler only until then', async () => {
  const listeners = process.listenerCount('exit');
  const processor = new ResilientSpanProcessor({
    url: 'http://127.0.0.1:1/v1/traces',
    worker: 'never',
    log: () => undefined,
  });
  expect(process.listenerCount('exit')).toBe(listeners + 1);
  expect(processor.ledger().ended).toBe(0);
  await processor.shutdown();
  expect(process.listenerCount('exit')).toBe(listeners);
  const without = new ResilientSpanProcessor({ worker: 'never', exitTimeoutMillis: 0 });
  expect(process.listenerCount('exit')).toBe(listeners);
  await without.shutdown();
});

test('one error names every bad option, those of the pipeline too', () => {
  const bad = {
    tailRetention: { maxSpans: 0, slowThresholdMillis: 'fast', holdMillis: 1, adaptiveSlowThreshold: { quantile: 2 } },
    routes: 'all',
    clock: {},
    url: 'ftp://x',
    ringBytes: 5,
    exitTimeoutMillis: 501,
  };
  const message = (() => {
    try {
      new ResilientSpanProcessor(bad as never);
    } catch (error) {
      return String(error);
    }
    return '';
  })();
  expect(message.split('; ')).toEqual([
    expect.stringMatching(/^TypeError: ResilientSpanProcessor: tailRetention.holdMillis: expected one of /),
    'tailRetention.maxSpans: expected a whole number from 1 to 1000000, got 0',
    'tailRetention.slowThresholdMillis: expected a number from 0 up, or Infinity, got "fast"',
    'tailRetention.adaptiveSlowThreshold.quantile: expected a number from 0 to 1, got 2',
    'routes: expected a list of at most 1000 rules such as { route: "/orders/:id", ratio: 1 }, got "all"',
    'clock: expected an object with monotonicMillis, epochMillis, got an object',
    'exitTimeoutMillis: expected a whole number from 0 to 500, got 501',
    "url: expected an http: or https: address, got 'ftp://x'",
    'ringBytes: expected a whole number from 65536 to 1073741824, got 5',
  ]);
});

test('a pipeline that is none, or has options beside it, is refused', () => {
  const make = (options: object) => () => new ResilientSpanProcessor(options as never);
  expect(make({ pipeline: {} })).toThrow('pipeline: expected an object with');
  expect(make({ pipeline: new MemoryPipeline(), url: 'http://x' })).toThrow(
    'url: expected nothing beside a given pipeline',
  );
  expect(make({ tailRetention: 5 })).toThrow('tailRetention: expected an object, got 5');
});
