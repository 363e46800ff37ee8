import fc from 'fast-check';
import type { AttributePairs, EventRecord, LinkRecord, SpanRecord } from '../src/encode/span-record.ts';

/** Text as applications have it: ASCII, any Unicode, lone surrogates; around the lengths where a varint grows. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 24 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom('a', '\ud800', '\udc00', 'é', '😀'), maxLength: 12 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('x', 'ü', '漢', '😀'), fc.constantFrom(40, 63, 64, 120, 127, 128, 200, 2_000))
      .map(([unit, times]) => unit.repeat(times)),
  },
);

const anyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(0, -0, 1, -1, 127, 128, 16_383, 16_384, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53, 2 ** 63, -(2 ** 63)),
  fc.constantFrom(
    -(2 ** 63) - 2_048,
    2 ** 63 - 1_024,
    1e300,
    5e-324,
    Number.NaN,
    Infinity,
    -Infinity,
    -(2 ** 32),
    -2.5,
  ),
);

/** Empty only inside of maps: SDK 3 refuses it on a span. */
const anyKey = anyText.filter((text) => text.length <= 512);

/** Every value that SDK 3 takes as an attribute and upstream's serializer writes. */
export const sdkValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    anyText,
    anyNumber,
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 200 }),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.array(fc.option(anyText, { nil: undefined }), { maxLength: 6 }),
    fc.dictionary(anyKey, tie('value'), { maxKeys: 5 }),
  ),
})).value;

/** Half of them come again and again, as in applications: keys of every length up to what the encoder keeps, and one more. */
const key = fc.oneof(
  anyKey.filter((text) => text.length > 0),
  fc.constantFrom(
    ...Array.from({ length: 33 }, (_, i) => 'http.request.method.original.name'.slice(0, i + 1)),
    'größe',
  ),
);

/** Flat pairs in the order an object has them, so that upstream sees the same. */
export const sdkAttributes: fc.Arbitrary<AttributePairs> = fc
  .dictionary(key, sdkValue, { maxKeys: 8, noNullPrototype: true })
  .map((attributes) => Object.entries(attributes).flat());

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((id) => Buffer.from(id).toString('hex'));

const seconds = fc.oneof(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.integer({ min: 0, max: 18_446_744_072 }));
const nanos = fc.integer({ min: 0, max: 999_999_999 });
const count = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 2 ** 31 }));
const flags = fc.integer({ min: 0, max: 255 }).map((trace) => trace | 0x100);
const name = anyText.map((text) => text.slice(0, 1_024));
const traceState = fc.constantFrom('', 'ot=th:8;rv:abcdef01234567', 'a=1,b=2');

const event: fc.Arbitrary<EventRecord> = fc.record({
  name,
  seconds,
  nanos,
  attributes: sdkAttributes,
  droppedAttributesCount: count,
});

const link: fc.Arbitrary<LinkRecord> = fc.record({
  traceId: hex(16),
  spanId: hex(8),
  traceState,
  flags: fc.tuple(flags, fc.boolean()).map(([bits, remote]) => (remote ? bits | 0x200 : bits)),
  attributes: sdkAttributes,
  droppedAttributesCount: count,
});

/** A span within the encoder's limits that upstream can express as well. */
export const sdkSpan: fc.Arbitrary<SpanRecord> = fc.record({
  traceId: hex(16),
  spanId: hex(8),
  parentSpanId: fc.option(hex(8), { nil: '' }),
  traceState,
  flags,
  name,
  kind: fc.integer({ min: 1, max: 5 }),
  startSeconds: seconds,
  startNanos: nanos,
  endSeconds: seconds,
  endNanos: nanos,
  attributes: sdkAttributes,
  droppedAttributesCount: count,
  events: fc.array(event, { maxLength: 3 }),
  droppedEventsCount: count,
  links: fc.array(link, { maxLength: 2 }),
  droppedLinksCount: count,
  statusCode: fc.integer({ min: 0, max: 2 }),
  statusMessage: name,
});

/** One span as most are, for tests that change one thing. */
export const plainSpan: SpanRecord = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentSpanId: '',
  traceState: '',
  flags: 0x101,
  name: 'GET /orders/:id',
  kind: 2,
  startSeconds: 1_790_000_000,
  startNanos: 5,
  endSeconds: 1_790_000_001,
  endNanos: 999_999_999,
  attributes: [],
  droppedAttributesCount: 0,
  events: [],
  droppedEventsCount: 0,
  links: [],
  droppedLinksCount: 0,
  statusCode: 0,
  statusMessage: '',
};
