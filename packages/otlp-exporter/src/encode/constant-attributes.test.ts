import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sdkSpan } from '../../test/arbitrary-span.ts';
import { ConstantAttributes } from './constant-attributes.ts';
import { resolveEncodeLimits } from './encode-limits.ts';
import { DOES_NOT_FIT } from './encode-outcome.ts';
import { createSpanEncoder } from './span-encoder.ts';
import type { SpanRecord } from './span-record.ts';

const target = new Uint8Array(new SharedArrayBuffer(1 << 22));

const bytesOf = (encoder: ReturnType<typeof createSpanEncoder>, span: SpanRecord): Uint8Array => {
  const end = encoder.encode(span, target, 0, target.length);
  if (end < 0) throw new Error(`expected an offset, got ${end}`);
  return target.slice(0, end);
};

const pairs = fc
  .uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean())), {
    selector: ([key]) => `constant.${key}`,
    maxLength: 12,
  })
  .map((list) => list.flatMap(([key, value]) => [`constant.${key}`, value]));

test('1,000 spans with shared attributes are byte for byte those that have them as their own, the first time and the second', () => {
  const encoder = createSpanEncoder(resolveEncodeLimits({ spanBytes: 1 << 19 }));
  fc.assert(
    fc.property(sdkSpan, pairs, (span, shared) => {
      const constants = new ConstantAttributes(shared);
      const own = { ...span, attributes: [...constants.pairs, ...span.attributes] };
      const expected = bytesOf(encoder, own);
      for (const _time of [1, 2]) expect(Buffer.compare(bytesOf(encoder, { ...span, constants }), expected)).toBe(0);
    }),
    { numRuns: 1_000 },
  );
}, 120_000);

const span: SpanRecord = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentSpanId: '',
  traceState: '',
  flags: 1,
  name: 'SELECT orders',
  kind: 3,
  startSeconds: 1,
  startNanos: 0,
  endSeconds: 1,
  endNanos: 1,
  attributes: [],
  droppedAttributesCount: 0,
  events: [],
  droppedEventsCount: 0,
  links: [],
  droppedLinksCount: 0,
  statusCode: 0,
  statusMessage: '',
};

test('they are encoded once for one encoder, and anew for another with other limits', () => {
  const constants = new ConstantAttributes(['db.query.text', 'select 1'.repeat(20)]);
  const [wide, narrow] = [createSpanEncoder(), createSpanEncoder({ attributeValueLengthLimit: 8 })];
  const first = bytesOf(wide, { ...span, constants });
  const kept = constants.bytes;
  expect(kept?.length).toBeGreaterThan(160);
  bytesOf(wide, { ...span, constants });
  expect(constants.bytes).toBe(kept);
  expect(bytesOf(narrow, { ...span, constants }).length).toBeLessThan(first.length - 140);
});

test('where they do not fit the target, nothing of the span does', () => {
  const constants = new ConstantAttributes(['a', 'x'.repeat(200)]);
  const encoder = createSpanEncoder();
  const size = bytesOf(encoder, { ...span, constants }).length;
  target.fill(0xa5, 0, 2_000);
  expect(encoder.encode({ ...span, constants }, target, 0, 150)).toBe(DOES_NOT_FIT);
  expect(target.subarray(150, 2_000).every((byte) => byte === 0xa5)).toBe(true);
  expect(encoder.encode({ ...span, constants }, target, 0, size + 64)).toBe(size);
});

test('a value that cannot be written is dropped and counted each time, not kept encoded', () => {
  const constants = new ConstantAttributes(['bad', Symbol('never'), 'good', 1]);
  const encoder = createSpanEncoder();
  const once = bytesOf(encoder, { ...span, constants });
  expect([...once.subarray(-2)]).toEqual([0x50, 1]);
  expect(Buffer.compare(bytesOf(encoder, { ...span, constants }), once)).toBe(0);
  expect(constants.bytes).toBeUndefined();
});

test('undefined is no attribute, and keys are found', () => {
  const constants = new ConstantAttributes(['http.route', undefined, 'url.scheme', 'http']);
  expect(constants.pairs).toEqual(['url.scheme', 'http']);
  expect([constants.has('http.route'), constants.has('url.scheme')]).toEqual([false, true]);
  expect([constants.get('http.route'), constants.get('url.scheme')]).toEqual([undefined, 'http']);
});
