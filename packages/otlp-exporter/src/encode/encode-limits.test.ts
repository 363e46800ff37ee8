import { expect, test } from '@jest/globals';
import { plainSpan } from '../../test/arbitrary-span.ts';
import { type DecodedSpan, decodeSpan } from '../../test/otlp-decoder.ts';
import { type EncodeLimits, resolveEncodeLimits } from './encode-limits.ts';
import { DOES_NOT_FIT, OVERSIZE } from './encode-outcome.ts';
import { createSpanEncoder } from './span-encoder.ts';
import type { SpanRecord } from './span-record.ts';

const target = new Uint8Array(1 << 20);

function encoded(change: Partial<SpanRecord>, limits: Partial<EncodeLimits> = {}): { size: number; span: DecodedSpan } {
  const end = createSpanEncoder(limits).encode({ ...plainSpan, ...change }, target, 0, target.length);
  if (end < 0) throw new Error(`expected an offset, got ${end}`);
  return { size: end, span: decodeSpan(target.subarray(0, end)) };
}

const event = { name: 'e', seconds: 1, nanos: 2, attributes: [], droppedAttributesCount: 0 };
const link = { ...plainSpan, attributes: [], droppedAttributesCount: 0 };

/** `count` attributes of `length` characters each. */
const many = (count: number, length: number): unknown[] =>
  Array.from({ length: count }, (_, i) => [`k${i}`, 'x'.repeat(length)]).flat();

test('one error names every limit that is out of its range', () => {
  const bad = { spanBytes: 1_023, attributeKeyLengthLimit: 1.5, valueDepthLimit: 'deep' as never, nameLengthLimit: 0 };
  expect(() => createSpanEncoder(bad)).toThrow(
    'span encoder: spanBytes: expected an integer from 1024 to 4194304, got 1023; ' +
      'attributeKeyLengthLimit: expected an integer from 1 to 65536, got 1.5; ' +
      'nameLengthLimit: expected an integer from 1 to 65536, got 0; ' +
      'valueDepthLimit: expected an integer from 1 to 100, got deep',
  );
});

test('a limit that is undefined is the default', () => {
  expect(resolveEncodeLimits({ spanBytes: undefined as never, nameLengthLimit: 5 })).toMatchObject({
    spanBytes: 65_536,
    nameLengthLimit: 5,
  });
});

test('a string of 8,193 units is cut to 8,192, one of 8,192 is whole', () => {
  const { span } = encoded({
    attributes: ['a', 'x'.repeat(8_193), 'b', 'y'.repeat(8_192), 'c', [`${'z'.repeat(9_000)}`]],
  });
  expect(span.attributes[0]?.value?.stringValue).toBe('x'.repeat(8_192));
  expect(span.attributes[1]?.value?.stringValue).toBe('y'.repeat(8_192));
  expect(span.attributes[2]?.value?.arrayValue?.values[0]?.stringValue).toBe('z'.repeat(8_192));
  expect(span.droppedAttributesCount).toBe(0);
});

test('a cut never leaves half of a surrogate pair', () => {
  const { span } = encoded(
    { name: 'ab😀', statusMessage: '😀😀', statusCode: 2 },
    { nameLengthLimit: 3, statusMessageLengthLimit: 2 },
  );
  expect(span.name).toBe('ab');
  expect(span.status.message).toBe('😀');
  expect(encoded({ name: 'ab😀' }, { nameLengthLimit: 4 }).span.name).toBe('ab😀');
});

test('bytes beyond 8,192 are cut', () => {
  const { span } = encoded({ attributes: ['a', new Uint8Array(10_000).fill(7)] });
  expect(Buffer.from(span.attributes[0]?.value?.bytesValue ?? '', 'base64')).toEqual(Buffer.alloc(8_192, 7));
});

test('an attribute with a key of 513 units is dropped and counted, with 512 it is kept', () => {
  const { span } = encoded({ attributes: ['k'.repeat(513), 1, 'k'.repeat(512), 2], droppedAttributesCount: 4 });
  expect(span.attributes.map(({ value }) => value?.intValue)).toEqual(['2']);
  expect(span.droppedAttributesCount).toBe(5);
});

test('an attribute without a key, or with one that is no string, is dropped and counted', () => {
  const { span } = encoded({ attributes: ['', 1, 7, 2, Symbol('k'), 3, 'kept', 4] });
  expect(span.attributes).toHaveLength(1);
  expect(span.droppedAttributesCount).toBe(3);
});

test('an attribute set to undefined was never set', () => {
  expect(encoded({ attributes: ['a', undefined] }).span).toMatchObject({ attributes: [], droppedAttributesCount: 0 });
});

test('a tracestate of 513 characters loses its last member as a whole, one without a comma all', () => {
  const members = `a=${'1'.repeat(500)},b=${'2'.repeat(8)}`;
  expect(encoded({ traceState: members }).span.traceState).toBe(members.slice(0, 502));
  expect(encoded({ traceState: members.slice(0, 512) }).span.traceState).toHaveLength(512);
  expect(encoded({ traceState: `a=${'1'.repeat(511)}` }).span.traceState).toBe('');
});

test('a value of depth 2 is kept at a limit of 2, of depth 3 dropped', () => {
  const { span } = encoded({ attributes: ['two', [[1]], 'three', [[[1]]]] }, { valueDepthLimit: 2 });
  expect(span.attributes.map(({ key }) => key)).toEqual(['two']);
  expect(span.droppedAttributesCount).toBe(1);
});

test('128 attributes of 8,000 bytes are cut at 65,536 bytes, the rest counted, small ones after them kept', () => {
  const { size, span } = encoded({ attributes: [...many(128, 8_000), 'last', 1] });
  expect(size).toBeLessThanOrEqual(65_536);
  expect(span.attributes).toHaveLength(9);
  expect(span.attributes.at(-1)?.key).toBe('last');
  expect(span.droppedAttributesCount).toBe(120);
});

test('a quarter of the bytes stays free of attributes where the span has an exception', () => {
  const exception = { ...event, name: 'exception', attributes: ['exception.stacktrace', 's'.repeat(8_000)] };
  const { size, span } = encoded({ attributes: many(128, 8_000), events: [exception] });
  expect(size).toBeLessThanOrEqual(65_536);
  expect(span.attributes).toHaveLength(6);
  expect(span.events[0]?.attributes[0]?.value?.stringValue).toHaveLength(8_000);
});

test('10,000 attributes, events and links of a span stay within 65,536 bytes and are all counted', () => {
  const { size, span } = encoded({
    attributes: many(10_000, 20),
    events: Array.from({ length: 10_000 }, () => ({ ...event, attributes: ['a', 'x'.repeat(50)] })),
    links: Array.from({ length: 10_000 }, () => link),
    droppedEventsCount: 1,
  });
  expect(size).toBeLessThanOrEqual(65_536);
  expect(span.attributes.length + span.droppedAttributesCount).toBe(10_000);
  expect(span.events.length + span.droppedEventsCount).toBe(10_001);
  expect(span.links.length + span.droppedLinksCount).toBe(10_000);
  expect(span.attributes.length).toBeGreaterThan(1_000);
  expect(span.events.length).toBeGreaterThan(100);
});

test('a link with ids that are none is dropped and counted', () => {
  const { span } = encoded({ links: [{ ...link, traceId: 'zz' }, link, { ...link, spanId: '' }] });
  expect(span.links).toHaveLength(1);
  expect(span.droppedLinksCount).toBe(2);
});

test('counts that are none are 0, those beyond uint32 its last value', () => {
  const { span } = encoded({ droppedAttributesCount: Number.NaN, droppedEventsCount: -1, droppedLinksCount: 2 ** 40 });
  expect(span).toMatchObject({ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 2 ** 32 - 1 });
});

test('times before 1970 and times that are none are 0, times after 2554 the last second', () => {
  const { span } = encoded({ startSeconds: -5, startNanos: Number.NaN, endSeconds: 1e15, endNanos: 3 });
  expect(span).toMatchObject({ startTimeUnixNano: '0', endTimeUnixNano: '18446744072000000003' });
});

test('a fixed part above spanBytes is oversize wherever it goes, with the byte more it fits', () => {
  const record = { ...plainSpan, statusCode: 2, statusMessage: 'm'.repeat(4_096) };
  const size = createSpanEncoder().encode(record, target, 0, target.length);
  // Room for the three dropped counts is kept in any case.
  expect(createSpanEncoder({ spanBytes: size + 17 }).encode(record, target, 0, target.length)).toBe(OVERSIZE);
  expect(createSpanEncoder({ spanBytes: size + 18 }).encode(record, target, 0, target.length)).toBe(size);
});

test('in every target too small a span does not fit and no byte beyond is touched, with 64 bytes to spare it is whole', () => {
  const record = {
    ...plainSpan,
    parentSpanId: 'b7ad6b7169203332',
    traceState: 'a=1',
    attributes: [
      'short',
      'value',
      'long',
      'x'.repeat(200),
      'ü',
      'ü'.repeat(50),
      'n',
      -1,
      'd',
      1.5,
      'list',
      [1, { a: 'b' }],
    ],
    events: [{ ...event, attributes: ['a', 'b'] }],
    links: [link],
    statusMessage: 'broken',
  };
  const encoder = createSpanEncoder();
  const size = encoder.encode(record, target, 0, target.length);
  const whole = target.slice(0, size);
  for (let end = 0; end < size + 80; end++) {
    target.fill(0xa5, 0, size + 120);
    const result = encoder.encode(record, target, 20, 20 + end);
    expect(target.subarray(20 + end, size + 120).every((byte) => byte === 0xa5)).toBe(true);
    expect(target.subarray(0, 20).every((byte) => byte === 0xa5)).toBe(true);
    if (end < size) expect(result).toBe(DOES_NOT_FIT);
    if (result !== DOES_NOT_FIT) expect(target.slice(20, result)).toEqual(whole);
    if (end >= size + 64) expect(result).toBe(20 + size);
  }
});

test('an attribute that is dropped for its size is dropped in a small target as well, not looked for elsewhere', () => {
  const record = { ...plainSpan, attributes: ['big', 'x'.repeat(3_000), 'small', 1] };
  const encoder = createSpanEncoder({ spanBytes: 2_048 });
  const size = encoder.encode(record, target, 0, 2_048);
  expect(decodeSpan(target.subarray(0, size)).droppedAttributesCount).toBe(1);
  expect(encoder.encode(record, target, 0, 1_000)).toBe(DOES_NOT_FIT);
});
