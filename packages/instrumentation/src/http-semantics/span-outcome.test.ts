import { expect, test } from '@jest/globals';
import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { ConstantAttributes } from '@vigil/otlp-exporter';
import { type ForeignSpanProcessor, type LightSpan, LightTracerProvider } from '@vigil/tracer';
import { applyOutcome } from './span-outcome.ts';

const START = new ConstantAttributes(['http.request.method', 'GET']);
const END = new ConstantAttributes([
  'http.request.method',
  'GET',
  'http.route',
  '/a',
  'http.response.status_code',
  503,
]);
const OUTCOME = { name: 'GET /a', constants: END, isError: true };

/** @param readsAtStart a processor of the SDK looks at the attributes when the span begins. */
function ended(readsAtStart: boolean, between: (span: LightSpan) => void) {
  const seen: unknown[] = [];
  const processor = {
    onStart: (span: { attributes: unknown }) => {
      if (readsAtStart) seen.push(Object.keys(span.attributes as object));
    },
    onEnd: (span: { attributes: unknown }) => seen.push(span.attributes),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const provider = new LightTracerProvider({
    resource: { attributes: {} },
    spanProcessors: [processor as unknown as ForeignSpanProcessor],
  });
  const tracer = provider.getTracer('test');
  const span = tracer.startOperation('GET', SpanKind.SERVER, ROOT_CONTEXT, ['url.path', '/a'], START) as LightSpan;
  between(span);
  applyOutcome(span, OUTCOME, 'GET');
  span.end();
  return { span, attributes: seen.at(-1) };
}

const ALL = {
  'http.request.method': 'GET',
  'http.response.status_code': 503,
  'http.route': '/a',
  'url.path': '/a',
};

test.each([false, true])(
  'a processor of the SDK sees the outcome, whether it looked before (%s) or not',
  (readsAtStart) => {
    const { span, attributes } = ended(readsAtStart, () => undefined);
    expect(attributes).toEqual(ALL);
    expect([span.name, span.statusCode]).toEqual(['GET /a', 2]);
  },
);

test.each([false, true])('what the application set itself stays (looked at before: %s)', (readsAtStart) => {
  const { span, attributes } = ended(readsAtStart, (one) => {
    one.setAttribute('http.route', '/own').setAttribute('http.request.method', 'PURGE').updateName('own');
  });
  expect(attributes).toEqual({ ...ALL, 'http.route': '/own', 'http.request.method': 'PURGE' });
  expect(span.name).toBe('own');
});
