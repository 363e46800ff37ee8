import { expect, test } from '@jest/globals';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { type ForeignSpanProcessor, LightTracerProvider } from '@vigil/tracer';
import { QueryRedaction } from './query-redaction.ts';

function attributesOf(attributes: Record<string, string>): unknown {
  const exporter = new InMemorySpanExporter();
  const provider = new LightTracerProvider({
    resource: { attributes: {} },
    processor: new QueryRedaction(undefined),
    spanProcessors: [new SimpleSpanProcessor({ exporter }) as ForeignSpanProcessor],
  });
  const span = provider.getTracer('test').startSpan('GET');
  span.setAttributes(attributes);
  span.end();
  return exporter.getFinishedSpans()[0]?.attributes;
}

test('no value of a query leaves the process, its names do', () => {
  expect(
    attributesOf({ 'url.query': 'email=a%40b.c&page=2', 'url.full': 'https://shop.test/find?q=secret#part' }),
  ).toEqual({
    'url.query': 'email=REDACTED&page=REDACTED',
    'url.full': 'https://shop.test/find?q=REDACTED',
  });
});

test('user and password of a URL do not leave the process either, with a query or without', () => {
  expect(attributesOf({ 'url.full': 'https://ann:pw@shop.test/find' })).toEqual({
    'url.full': 'https://REDACTED:REDACTED@shop.test/find',
  });
});

test('a URL without a query and a span without a URL stay as they are', () => {
  const plain = { 'url.full': 'https://shop.test/find', 'url.path': '/a?b', 'http.route': '/find' };
  expect(attributesOf(plain)).toEqual(plain);
  expect(attributesOf({})).toEqual({});
});
