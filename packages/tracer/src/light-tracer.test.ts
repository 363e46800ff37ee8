import { describe, expect, test } from '@jest/globals';
import { type Context, createTraceState, ROOT_CONTEXT, SamplingDecision, type Span, trace } from '@opentelemetry/api';
import type { LightSpan } from './light-span.ts';
import type { LightSpanProcessor } from './light-span-processor.ts';
import { LightTracerProvider } from './light-tracer-provider.ts';
import type { Sampler } from './sampler.ts';

const resource = { attributes: { 'service.name': 'shop' } };
const REMOTE = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
  isRemote: true,
};

function processor(callbacks: Partial<LightSpanProcessor> = {}): LightSpanProcessor {
  const idle = { forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() };
  return { onStart: () => undefined, onEnd: () => undefined, ...idle, ...callbacks };
}

const under = (span: Span): Context => trace.setSpan(ROOT_CONTEXT, span);

describe('a sampler that lets children inherit', () => {
  function setUp(decision: SamplingDecision, inheritsLocalParent: boolean) {
    let asked = 0;
    const sampler: Sampler = {
      inheritsLocalParent,
      shouldSample() {
        asked += 1;
        return { decision, traceState: createTraceState(`ot=th:${asked}`) };
      },
      toString: () => 'test',
    };
    const tracer = new LightTracerProvider({ resource, sampler }).getTracer('t');
    const root = tracer.startSpan('root', {}, ROOT_CONTEXT) as LightSpan;
    const child = tracer.startSpan('child', {}, under(root)) as LightSpan;
    const grandchild = tracer.startSpan('grandchild', {}, under(child)) as LightSpan;
    return { asked: () => asked, tracer, root, child, grandchild };
  }

  test('is asked once for a root and its 2 descendants, which have its flag and tracestate', () => {
    const { asked, root, child, grandchild } = setUp(SamplingDecision.RECORD_AND_SAMPLED, true);
    expect(asked()).toBe(1);
    expect([root, child, grandchild].map(({ flags, traceState }) => [flags, traceState])).toEqual([
      [0x101, 'ot=th:1'],
      [0x101, 'ot=th:1'],
      [0x101, 'ot=th:1'],
    ]);
  });

  test('children of a recorded, unsampled span are recorded and unsampled', () => {
    const { asked, grandchild } = setUp(SamplingDecision.RECORD, true);
    expect([asked(), grandchild.flags, grandchild.isRecording()]).toEqual([1, 0x100, true]);
  });

  test('is asked 3 times without the promise', () => {
    expect(setUp(SamplingDecision.RECORD_AND_SAMPLED, false).asked()).toBe(3);
  });

  test('is asked for remote parents, roots inside, and parents of another provider', () => {
    const { asked, tracer, root } = setUp(SamplingDecision.RECORD_AND_SAMPLED, true);
    tracer.startSpan('remote', {}, trace.setSpanContext(ROOT_CONTEXT, REMOTE));
    expect(asked()).toBe(2);
    tracer.startSpan('root', { root: true }, under(root));
    expect(asked()).toBe(3);
    const other = new LightTracerProvider({ resource }).getTracer('other').startSpan('other', {}, ROOT_CONTEXT);
    const child = tracer.startSpan('child', {}, under(other)) as LightSpan;
    expect(asked()).toBe(4);
    expect([child.isLocalRoot, child.localTrace]).toEqual([true, undefined]);
  });
});

describe('what a span carries for the processor', () => {
  test('the local trace of the root reaches its descendants, the root of the next trace has none', () => {
    const local = { kept: [] };
    const tracer = new LightTracerProvider({
      resource,
      processor: processor({
        onStart(span) {
          if (span.isLocalRoot) span.localTrace = local;
        },
      }),
    }).getTracer('t');
    const root = tracer.startSpan('root', {}, trace.setSpanContext(ROOT_CONTEXT, REMOTE)) as LightSpan;
    const child = tracer.startSpan('child', {}, under(root)) as LightSpan;
    root.end();
    const late = tracer.startSpan('late', {}, under(child)) as LightSpan;
    expect([root.isLocalRoot, child.isLocalRoot, late.isLocalRoot]).toEqual([true, false, false]);
    expect([child.localTrace, late.localTrace]).toEqual([local, local]);
    expect(late.localTrace).toBe(local);
  });

  test('scope and resource are one object for all spans of a tracer', () => {
    const tracer = new LightTracerProvider({ resource }).getTracer('lib', '1');
    const [one, two] = [
      tracer.startSpan('one', {}, ROOT_CONTEXT),
      tracer.startSpan('two', {}, ROOT_CONTEXT),
    ] as LightSpan[];
    expect(one?.scope).toBe(two?.scope);
    expect(one?.resource).toBe(two?.resource);
  });

  test('flags say whether the parent is remote', () => {
    const tracer = new LightTracerProvider({ resource }).getTracer('t');
    const root = tracer.startSpan('root', {}, ROOT_CONTEXT) as LightSpan;
    const remote = tracer.startSpan('remote', {}, trace.setSpanContext(ROOT_CONTEXT, REMOTE)) as LightSpan;
    const local = tracer.startSpan('local', {}, under(remote)) as LightSpan;
    expect([root.flags, remote.flags, local.flags]).toEqual([0x101, 0x301, 0x101]);
  });

  test('is called at start, in the last moment to write, and at end', () => {
    const calls: unknown[] = [];
    const tracer = new LightTracerProvider({
      resource,
      processor: processor({
        onStart: (span, context) => void calls.push(['start', span.name, span.isRecording(), context]),
        onEnding: (span) => void calls.push(['ending', span.setAttribute('late', 1).hasEndTime, span.isRecording()]),
        onEnd: (span) => void calls.push(['end', span.attributes, span.isRecording()]),
      }),
    }).getTracer('t');
    tracer.startSpan('work', {}, ROOT_CONTEXT).end();
    expect(calls).toEqual([
      ['start', 'work', true, ROOT_CONTEXT],
      ['ending', true, true],
      ['end', ['late', 1], false],
    ]);
  });
});

describe('what is hostile reaches nobody', () => {
  const throwing = (): never => {
    throw new Error('hostile');
  };

  test('a processor that throws at start and at end', () => {
    const tracer = new LightTracerProvider({
      resource,
      processor: processor({ onStart: throwing, onEnding: throwing, onEnd: throwing }),
    }).getTracer('t');
    const span = tracer.startSpan('work', {}, ROOT_CONTEXT);
    expect(span.isRecording()).toBe(true);
    span.end();
    expect(span.isRecording()).toBe(false);
  });

  test.each([
    ['the id generator', { idGenerator: { generateTraceId: throwing, generateSpanId: throwing } }],
    ['a sampler that answers nothing', { sampler: { shouldSample: () => undefined as never, toString: () => '' } }],
  ])('%s: a span that does not record', (_, options) => {
    const span = new LightTracerProvider({ resource, ...options }).getTracer('t').startSpan('work', {}, ROOT_CONTEXT);
    expect(span.isRecording()).toBe(false);
    span.end();
  });

  test('options whose getters throw, and a context that is none: a span that does not record', () => {
    const tracer = new LightTracerProvider({ resource }).getTracer('t');
    const options = Object.defineProperty({}, 'kind', { get: throwing });
    expect(tracer.startSpan('work', options, ROOT_CONTEXT).isRecording()).toBe(false);
    expect(tracer.startSpan('work', {}, 'no context' as never).isRecording()).toBe(false);
  });

  test('attributes and links that throw at the start: a span without them, counted', () => {
    const tracer = new LightTracerProvider({ resource }).getTracer('t');
    const attributes = new Proxy({ a: 1 }, { get: throwing });
    const links = [{ context: { ...REMOTE, isRemote: true } }, null as never];
    const span = tracer.startSpan('work', { attributes, links }, ROOT_CONTEXT) as LightSpan;
    expect([span.attributes, span.droppedAttributesCount, span.links.length, span.droppedLinksCount]).toEqual([
      [],
      1,
      1,
      1,
    ]);
    const unlinked = tracer.startSpan('work', { links: 5 as never }, ROOT_CONTEXT) as LightSpan;
    expect([unlinked.isRecording(), unlinked.links.length]).toEqual([true, 0]);
  });

  test('a tracestate that throws is empty', () => {
    const traceState = { serialize: throwing } as never;
    const parent = trace.setSpanContext(ROOT_CONTEXT, { ...REMOTE, traceState });
    const span = new LightTracerProvider({ resource }).getTracer('t').startSpan('work', {}, parent) as LightSpan;
    expect(span.traceState).toBe('');
  });

  test('a span behind a Proxy works, also as a parent', () => {
    const tracer = new LightTracerProvider({ resource }).getTracer('t');
    const span = tracer.startSpan('work', {}, ROOT_CONTEXT) as LightSpan;
    const behind = new Proxy(span, {});
    behind.setAttribute('a', 1).addEvent('e').setStatus({ code: 2 });
    behind.recordException(new Error('boom'));
    const child = tracer.startSpan('child', {}, under(behind)) as LightSpan;
    behind.end();
    expect([span.attributes, span.events.length, span.ended]).toEqual([['a', 1], 2, true]);
    expect([child.traceId, child.parentSpanId]).toEqual([span.traceId, span.spanId]);
  });

  test('a span has a JSON text', () => {
    const span = new LightTracerProvider({ resource }).getTracer('t').startSpan('work', {}, ROOT_CONTEXT);
    span.setAttribute('a', 1).end();
    expect(JSON.parse(JSON.stringify(span))).toMatchObject({ name: 'work', kind: 1, attributes: ['a', 1] });
  });
});

describe('ids', () => {
  const start = (
    idGenerator?: { generateTraceId(): string; generateSpanId(): string },
    parent: Context = ROOT_CONTEXT,
  ) => {
    const tracer = new LightTracerProvider({ resource, idGenerator }).getTracer('t');
    const root = tracer.startSpan('root', {}, parent) as LightSpan;
    return { root, child: tracer.startSpan('child', {}, under(root)) as LightSpan };
  };

  test('are made as words; their texts are the same digits each time, and the parent is who it is', () => {
    const { root, child } = start();
    expect(root.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(root.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(Number.parseInt(root.spanId.slice(0, 8), 16)).toBe(root.spanHigh >>> 0);
    expect(root.spanContext()).toMatchObject({ traceId: root.traceId, spanId: root.spanId });
    expect([root.parentSpanId, child.parentSpanId, child.traceId]).toEqual(['', root.spanId, root.traceId]);
  });

  test('of a remote parent are taken over, in whichever case', () => {
    const remote = { ...REMOTE, traceId: REMOTE.traceId.toUpperCase(), spanId: REMOTE.spanId.toUpperCase() };
    const { root, child } = start(undefined, trace.setSpanContext(ROOT_CONTEXT, remote));
    expect([root.traceId, root.parentSpanId, child.traceId]).toEqual([remote.traceId, remote.spanId, remote.traceId]);
    const words = [0x0af7_6519, 0x1c80_319c, 0xb7ad_6b71, 0x6920_3331].map((word) => word | 0);
    expect([root.trace.word0, root.trace.word3, root.parentHigh, root.parentLow]).toEqual(words);
  });

  test('of a generator stay what it says, also where they are none', () => {
    const { root, child } = start({ generateTraceId: () => 'T', generateSpanId: () => 'S' });
    expect([root.traceId, root.spanId, child.parentSpanId]).toEqual(['T', 'S', 'S']);
    expect([root.trace.word0, root.spanHigh, child.parentHigh]).toEqual([0, 0, 0]);
  });
});
