import { describe, expect, test } from '@jest/globals';
import { type Context, createTraceState, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import {
  createConsistentSampler,
  ResilientSpanProcessor,
  type ResilientSpanProcessorOptions,
} from '@vigil/span-processor';
import { ManualTime } from './manual-time.ts';
import { MemoryPipeline } from './memory-pipeline.ts';
import { loadSdk2, loadSdk3, type Sdk } from './sdk-under-test.ts';

// Fetching the other SDK is part of loading this file, so that no test waits for it.
const sdks = [await loadSdk3(), await loadSdk2()];
const REMOTE_TRACE = '0af7651916cd43dd8448eb211c80319c';

function setUp(sdk: Sdk, options: ResilientSpanProcessorOptions = {}, ratio = 0) {
  const pipeline = new MemoryPipeline();
  const time = new ManualTime();
  const processor = new ResilientSpanProcessor({ pipeline, clock: time, timers: time, ...options });
  const resource = sdk.resourceOf({ 'service.name': 'shop' });
  const sampler = createConsistentSampler({ ratio });
  const provider = new sdk.Provider({ sampler, resource, spanProcessors: [processor] });
  const tracer = provider.getTracer('suite', '1.2.3', { schemaUrl: 'https://example.com/schema' });
  const below = (span: Parameters<typeof sdk.api.trace.setSpan>[1], context = sdk.api.ROOT_CONTEXT) =>
    sdk.api.trace.setSpan(context, span);
  const remote = (traceFlags: number, state?: string): Context =>
    sdk.api.trace.setSpanContext(sdk.api.ROOT_CONTEXT, {
      traceId: REMOTE_TRACE,
      spanId: '00f067aa0ba902b7',
      traceFlags,
      isRemote: true,
      ...(state !== undefined && { traceState: createTraceState(state) }),
    });
  return { sink: pipeline.spans, pipeline, time, processor, provider, tracer, below, remote };
}

describe.each(sdks)('SDK $name', (sdk) => {
  test('every field of a kept span arrives as the encoder reads it', () => {
    const { sink, tracer, below, remote } = setUp(sdk);
    const parent = remote(TraceFlags.NONE, 'acme=1,ot=th:8;rv:0123456789abcd');
    const span = tracer.startSpan('GET /orders', { kind: SpanKind.SERVER, startTime: [1_700_000_000, 5] }, parent);
    span.setAttributes({ text: 'a', list: [1, 2], yes: true, rate: 0.5 });
    span.addEvent('cache miss', { key: 'k' }, [1_700_000_000, 7]);
    span.addLink({ context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }, attributes: { l: 1 } });
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'no' });
    const child = tracer.startSpan('query', {}, below(span));
    child.end();
    span.end([1_700_000_001, 9]);
    expect(sink.namesOffered()).toEqual(['query', 'GET /orders']);
    expect(sink.offered[1]).toMatchObject({
      critical: true,
      attributes: { text: 'a', list: [1, 2], yes: true, rate: 0.5, 'sampling.rule': 'error' },
      scope: { name: 'suite', version: '1.2.3', schemaUrl: 'https://example.com/schema' },
      record: {
        traceId: REMOTE_TRACE,
        spanId: span.spanContext().spanId,
        parentSpanId: '00f067aa0ba902b7',
        traceState: 'ot=rv:0123456789abcd,acme=1',
        flags: 0x300,
        kind: 2,
        startSeconds: 1_700_000_000,
        startNanos: 5,
        endSeconds: 1_700_000_001,
        endNanos: 9,
        statusCode: 2,
        statusMessage: 'no',
        events: [{ name: 'cache miss', seconds: 1_700_000_000, nanos: 7, attributes: ['key', 'k'] }],
        links: [
          { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: 0x101, attributes: ['l', 1], traceState: '' },
        ],
      },
    });
    expect(sink.offered[1]?.resource.attributes).toEqual(expect.arrayContaining(['service.name', 'shop']));
    expect(sink.offered[0]).toMatchObject({
      attributes: { 'sampling.rule': 'error' },
      record: { parentSpanId: span.spanContext().spanId, flags: 0x100, kind: 1, statusCode: 0 },
    });
    expect([sink.streamCount, sink.missing]).toEqual([1, 0]);
  });

  test('a fast trace without error is sampled out, a slow one and a forced one are kept with their rule', () => {
    const { sink, tracer, below } = setUp(sdk);
    const run = (name: string, seconds: number, attributes: Record<string, boolean>) => {
      const root = tracer.startSpan(name, { startTime: [1_700_000_000, 0] });
      tracer.startSpan('child', { attributes }, below(root)).end();
      root.end([1_700_000_000 + seconds, 1]);
    };
    run('fast', 0, {});
    expect([sink.offered.length, sink.sampledOutCount]).toEqual([0, 2]);
    run('slow', 1, {});
    run('forced', 0, { 'vigil.sampling.force': true });
    expect(sink.offered.map(({ record, attributes }) => `${record.name} ${attributes['sampling.rule']}`)).toEqual([
      'child slow',
      'slow slow',
      'child forced',
      'forced forced',
    ]);
    expect(sink.missing).toBe(0);
  });

  test('what head sampling chose is kept with its threshold and without a rule', () => {
    const { sink, tracer, below } = setUp(sdk, {}, 1);
    const root = tracer.startSpan('root');
    tracer.startSpan('child', {}, below(root)).end();
    root.end();
    for (const { record, attributes, critical } of sink.offered) {
      expect([record.traceState, record.flags, critical]).toEqual(['ot=th:0', 0x101, false]);
      expect(attributes).toEqual({});
    }
    expect(sink.offered).toHaveLength(2);
  });

  test('two local roots of one trace have a verdict each', () => {
    const { sink, tracer, below, remote } = setUp(sdk);
    const [first, second] = [tracer.startSpan('first', {}, remote(0)), tracer.startSpan('second', {}, remote(0))];
    tracer.startSpan('first child', {}, below(first)).end();
    const failing = tracer.startSpan('second child', {}, below(second));
    failing.setStatus({ code: SpanStatusCode.ERROR });
    failing.end();
    first.end();
    second.end();
    expect(sink.namesOffered()).toEqual(['second child', 'second']);
    expect([sink.sampledOutCount, sink.missing]).toEqual([2, 0]);
  });

  test('a route that is known only at the end is asked then', () => {
    const { sink, tracer } = setUp(sdk, { routes: [{ route: '/checkout/:id', ratio: 1 }] });
    const root = tracer.startSpan('GET');
    root.setAttribute('http.route', '/checkout/:id');
    root.end();
    expect(sink.offered[0]?.attributes).toEqual({ 'http.route': '/checkout/:id', 'sampling.rule': 'route' });
  });

  test('without tail retention exactly what is sampled goes on, unbuffered', () => {
    const { sink, tracer, below } = setUp(sdk, { tailRetention: false }, 0.5);
    for (let index = 0; index < 100; index += 1) {
      const root = tracer.startSpan('root');
      tracer.startSpan('child', {}, below(root)).end();
      expect(sink.heldCount).toBe(0);
      root.end();
    }
    expect(sink.offered.length + sink.sampledOutCount).toBe(200);
    expect(sink.offered.length).toBeGreaterThan(40);
    expect(sink.sampledOutCount).toBeGreaterThan(40);
  });

  test('a parent that another copy or wrapper stands for makes its child a local root', () => {
    const { sink, tracer, below } = setUp(sdk);
    const root = tracer.startSpan('root');
    const wrapped = { spanContext: () => root.spanContext() } as never;
    const child = tracer.startSpan('child', {}, below(wrapped));
    child.setStatus({ code: SpanStatusCode.ERROR });
    child.end();
    root.end();
    expect(sink.namesOffered()).toEqual(['child']);
    expect(sink.missing).toBe(0);
  });

  test('a span that started before the processor was there stands for itself', () => {
    const { sink, processor, tracer } = setUp(sdk);
    const other = new sdk.Provider({ sampler: createConsistentSampler({ ratio: 1 }), spanProcessors: [] });
    const span = other.getTracer('other').startSpan('before');
    span.end();
    processor.onEnd(span as never);
    tracer.startSpan('after').end();
    expect(sink.namesOffered()).toEqual(['before']);
    expect(sink.missing).toBe(0);
  });

  test('kept spans wait for attributes of the resource, and go without them after 5 s', async () => {
    const { pipeline, time, processor } = setUp(sdk, {}, 1);
    const sink = pipeline.spans;
    let found = (_id: string): void => undefined;
    const id = new Promise<string>((resolve) => (found = resolve));
    const start = (attributes: Record<string, unknown>) =>
      new sdk.Provider({
        sampler: createConsistentSampler({ ratio: 1 }),
        resource: sdk.resourceOf(attributes),
        spanProcessors: [processor],
      }).getTracer('t');
    start({ 'host.id': id }).startSpan('early').end();
    expect([sink.offered.length, sink.heldCount]).toEqual([0, 1]);
    found('abc');
    await processor.forceFlush();
    expect(sink.offered[0]?.resource.attributes).toEqual(['host.id', 'abc']);
    const never = start({ 'host.id': new Promise(() => undefined), a: 1 });
    never.startSpan('waits').end();
    time.advance(4_999);
    expect(sink.offered).toHaveLength(1);
    time.advance(1);
    never.startSpan('no longer').end();
    expect(sink.namesOffered()).toEqual(['early', 'waits', 'no longer']);
    expect(sink.offered[2]?.resource.attributes).toEqual(['a', 1]);
    expect([sink.heldCount, sink.missing]).toEqual([0, 0]);
  });

  test('2,048 kept spans wait for a resource; with one more all go', () => {
    const { pipeline, processor } = setUp(sdk, {}, 1);
    const provider = new sdk.Provider({
      sampler: createConsistentSampler({ ratio: 1 }),
      resource: sdk.resourceOf({ a: new Promise(() => undefined) }),
      spanProcessors: [processor],
    });
    const tracer = provider.getTracer('t');
    for (let index = 0; index < 2_048; index += 1) tracer.startSpan('s').end();
    expect(pipeline.spans.offered).toHaveLength(0);
    tracer.startSpan('s').end();
    expect(pipeline.spans.offered).toHaveLength(2_049);
  });

  test('through the provider: flush leaves running traces alone, shutdown decides them, later spans are counted', async () => {
    const { sink, pipeline, provider, tracer, below } = setUp(sdk);
    const root = tracer.startSpan('root');
    const failing = tracer.startSpan('failing', {}, below(root));
    failing.setStatus({ code: SpanStatusCode.ERROR });
    failing.end();
    await provider.forceFlush();
    expect([sink.offered.length, sink.heldCount]).toEqual([0, 1]);
    await provider.shutdown();
    expect(sink.offered[0]?.attributes).toEqual({ 'sampling.rule': 'error', 'sampling.partial': true });
    root.end();
    expect(sink.lostBy).toEqual({ already_shutdown: 1 });
    expect(sink.missing).toBe(0);
    expect(pipeline.calls).toEqual(['forceFlush 30000']);
  });

  test('hostile spans: nothing is thrown and each is counted', () => {
    const { sink, processor } = setUp(sdk, {}, 1);
    const thrower = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    );
    const context = () => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 });
    const hostile = [
      thrower,
      {},
      Object.freeze({ spanContext: context }),
      { spanContext: context, status: { code: 1 } },
    ];
    for (const span of hostile) {
      processor.onStart(span as never, sdk.api.ROOT_CONTEXT);
      processor.onEnd(span as never);
    }
    for (const none of [undefined, null, 1]) {
      processor.onStart(none as never, sdk.api.ROOT_CONTEXT);
      processor.onEnd(none as never);
    }
    expect([sink.endedCount, sink.missing]).toEqual([7, 0]);
    expect(sink.lostBy).toEqual({ encode_error: 7 });
  });

  test('an attribute whose getter ends another span: both are counted', () => {
    const { sink, tracer } = setUp(sdk, { tailRetention: false }, 1);
    const [outer, inner] = [tracer.startSpan('outer'), tracer.startSpan('inner')];
    sink.encode = (record) => {
      if (record.name === 'outer') inner.end();
    };
    outer.end();
    tracer.startSpan('after').end();
    expect(sink.namesOffered()).toEqual(['outer', 'after']);
    expect(sink.lostBy).toEqual({ encode_error: 1 });
    expect(sink.missing).toBe(0);
  });
});
