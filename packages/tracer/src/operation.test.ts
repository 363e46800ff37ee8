import { expect, test } from '@jest/globals';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { ConstantAttributes } from '@vigil/otlp-exporter';
import { LightContext } from './context/light-context.ts';
import { LightSpan } from './light-span.ts';
import { LightTracerProvider, type LightTracerProviderOptions } from './light-tracer-provider.ts';

const SELECT = new ConstantAttributes(['db.system.name', 'postgresql', 'db.query.summary', 'SELECT orders']);

function setUp(options: Partial<LightTracerProviderOptions> = {}) {
  const ended: LightSpan[] = [];
  const provider = new LightTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    processor: {
      onStart: () => undefined,
      onEnd: (span) => void ended.push(span),
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    },
    ...options,
  });
  return { tracer: provider.getTracer('t'), ended };
}

const attributesOf = (span: LightSpan | undefined) => span?.toJSON().attributes;

test('an operation is the child of the light span in its context, with its kind, list and shared attributes', () => {
  const { tracer, ended } = setUp();
  const root = tracer.startOperation('GET', SpanKind.SERVER, ROOT_CONTEXT, ['url.path', '/orders/1'], undefined);
  const child = tracer.startOperation('SELECT orders', SpanKind.CLIENT, new LightContext(root), [], SELECT);
  child.end();
  root.end();
  expect(ended.map(({ name, kind, isLocalRoot }) => [name, kind, isLocalRoot])).toEqual([
    ['SELECT orders', 3, false],
    ['GET', 2, true],
  ]);
  expect(ended[0]?.parentSpanId).toBe(ended[1]?.spanId);
  expect(ended[0]?.traceId).toBe(ended[1]?.traceId);
  expect(attributesOf(ended[0])).toEqual(SELECT.pairs);
  expect(attributesOf(ended[1])).toEqual(['url.path', '/orders/1']);
});

test('an attribute that replaces a shared one stands once, on this span only', () => {
  const { tracer, ended } = setUp();
  for (const value of ['mariadb', undefined]) {
    const span = tracer.startOperation('SELECT orders', SpanKind.CLIENT, ROOT_CONTEXT, ['own', 1], SELECT);
    span.setAttribute('more', 2);
    if (value !== undefined) span.setAttribute('db.system.name', value).setAttribute('db.system.name', 'mysql');
    span.end();
  }
  expect(attributesOf(ended[0])).toEqual([
    ...['db.system.name', 'mysql', 'db.query.summary', 'SELECT orders'],
    ...['own', 1, 'more', 2],
  ]);
  expect(attributesOf(ended[1])).toEqual([...SELECT.pairs, 'own', 1, 'more', 2]);
  expect(SELECT.get('db.system.name')).toBe('postgresql');
});

test('a processor of the SDK sees shared and late attributes like any others, and its changes are obeyed', () => {
  const exporter = new InMemorySpanExporter();
  const redacting = {
    onStart: () => undefined,
    onEnd: (span: { attributes: Record<string, unknown> }) => void delete span.attributes['db.query.summary'],
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const { tracer, ended } = setUp({ spanProcessors: [new SimpleSpanProcessor({ exporter }), redacting] });
  const span = tracer.startOperation('SELECT orders', SpanKind.CLIENT, ROOT_CONTEXT, [], SELECT) as LightSpan;
  span.details = { describe: (attributes) => void attributes.push('late', true) };
  span.end();
  expect(exporter.getFinishedSpans()[0]?.attributes).toMatchObject({ 'db.system.name': 'postgresql', late: true });
  expect(attributesOf(ended[0])).toEqual(['db.system.name', 'postgresql', 'late', true]);
});

test('a processor that looked at the attributes at the start loses none that come later', () => {
  const looking = {
    onStart: (span: { attributes: unknown }) => void span.attributes,
    onEnd: () => undefined,
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const { tracer, ended } = setUp({ spanProcessors: [looking] });
  const span = tracer.startOperation('GET', SpanKind.SERVER, ROOT_CONTEXT, ['url.path', '/'], SELECT) as LightSpan;
  span.details = { describe: (attributes) => void attributes.push('client.address', '::1') };
  span.end();
  expect(attributesOf(ended[0])).toEqual([...SELECT.pairs, 'url.path', '/', 'client.address', '::1']);
});

test('details are asked for once, and one that throws costs its own attributes only', () => {
  const { tracer, ended } = setUp();
  let asked = 0;
  const span = tracer.startOperation('GET', SpanKind.SERVER, ROOT_CONTEXT, ['kept', 1], undefined) as LightSpan;
  span.details = {
    describe() {
      asked += 1;
      throw new Error('of the application');
    },
  };
  span.end();
  expect(asked).toBe(0);
  ended[0]?.complete();
  ended[0]?.complete();
  expect([asked, attributesOf(ended[0])]).toEqual([1, ['kept', 1]]);
});

test('where nothing is recorded the operation still carries the trace on', () => {
  const { tracer, ended } = setUp({ maxOpenSpans: 1 });
  const suppressed = tracer.startOperation('GET', SpanKind.CLIENT, suppressTracing(ROOT_CONTEXT), [], undefined);
  expect([suppressed instanceof LightSpan, trace.isSpanContextValid(suppressed.spanContext())]).toEqual([false, false]);
  const open = tracer.startOperation('GET', SpanKind.SERVER, ROOT_CONTEXT, [], undefined);
  const refused = tracer.startOperation('SELECT', SpanKind.CLIENT, new LightContext(open), [], SELECT);
  expect(refused instanceof LightSpan).toBe(false);
  expect(refused.spanContext().traceId).toBe(open.spanContext().traceId);
  refused.setStatus({ code: SpanStatusCode.ERROR }).end();
  open.end();
  expect(ended.map(({ name }) => name)).toEqual(['GET']);
});
