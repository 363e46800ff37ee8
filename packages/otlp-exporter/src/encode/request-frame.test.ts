import { expect, test } from '@jest/globals';
import { plainSpan } from '../../test/arbitrary-span.ts';
import { decode } from '../../test/otlp-decoder.ts';
import { requestSize, type SpanSlices, writeRequest } from './request-frame.ts';
import { encodeResource, encodeScope } from './resource.ts';
import { createSpanEncoder } from './span-encoder.ts';

function slices(...names: string[]): SpanSlices {
  const bytes = new Uint8Array(100_000);
  const ranges: number[] = [];
  let at = 0;
  for (const name of names) {
    const end = createSpanEncoder().encode({ ...plainSpan, name }, bytes, at + 5, bytes.length);
    ranges.push(at + 5, end);
    at = end;
  }
  return { bytes, ranges };
}

const scope = (name: string): Uint8Array => encodeScope({ name, version: '1', schemaUrl: '', attributes: ['a', 1] });
const resource = (name: string): Uint8Array =>
  encodeResource({ schemaUrl: 'https://example.com/1', attributes: ['service.name', name, 'bad', Symbol('x')] });

const groups = [
  { resource: resource('shop'), scopes: [{ scope: scope('http'), spans: slices('a', 'b'.repeat(1_000)) }] },
  {
    resource: resource('shop worker'),
    scopes: [
      { scope: scope('pg'), spans: slices('c') },
      { scope: scope('redis'), spans: slices() },
    ],
  },
];

test('spans of two resources and three scopes come out where they belong', () => {
  const request = new Uint8Array(requestSize(groups));
  expect(writeRequest(groups, request, 0)).toBe(request.length);
  expect(decode('ExportTraceServiceRequest', request)).toMatchObject({
    resourceSpans: [
      {
        resource: { attributes: [{ value: { stringValue: 'shop' } }], droppedAttributesCount: 1 },
        schemaUrl: 'https://example.com/1',
        scopeSpans: [
          { scope: { name: 'http', attributes: [{ key: 'a' }] }, spans: [{ name: 'a' }, { name: 'b'.repeat(1_000) }] },
        ],
      },
      {
        scopeSpans: [
          { scope: { name: 'pg' }, spans: [{ name: 'c' }] },
          { scope: { name: 'redis' }, spans: [] },
        ],
      },
    ],
  });
});

test('a target one byte too small is an error and stays as it was', () => {
  const target = new Uint8Array(requestSize(groups) + 9).fill(1);
  expect(() => writeRequest(groups, target, 10)).toThrow(`expected ${target.length - 9} bytes from 10 on`);
  expect(target.every((byte) => byte === 1)).toBe(true);
  expect(writeRequest(groups, target, 9)).toBe(target.length);
});

test('no groups are an empty request', () => {
  expect(requestSize([])).toBe(0);
  expect(writeRequest([], new Uint8Array(0), 0)).toBe(0);
});

test('a resource of 200 attributes of 1,000 bytes is cut at 65,536 bytes, the rest counted', () => {
  const attributes = Array.from({ length: 200 }, (_, i) => [`k${i}`, 'x'.repeat(1_000)]).flat();
  const bytes = encodeResource({ schemaUrl: 'u'.repeat(5_000), attributes });
  const decoded = decode('ResourceSpans', bytes) as { resource: { attributes: []; droppedAttributesCount: number } };
  expect(decoded.resource.attributes.length + decoded.resource.droppedAttributesCount).toBe(200);
  expect(decoded.resource.attributes).toHaveLength(64);
  expect(decoded).toMatchObject({ schemaUrl: 'u'.repeat(1_024) });
});

test('a scope of nothing but wrong types is an empty scope', () => {
  const wrong = { name: 7, version: {}, schemaUrl: [], attributes: [] } as never;
  expect(decode('ScopeSpans', encodeScope(wrong))).toMatchObject({ scope: { name: '', version: '' }, schemaUrl: '' });
});
