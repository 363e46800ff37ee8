import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyText, plainSpan } from '../../test/arbitrary-span.ts';
import { DOES_NOT_FIT } from './encode-outcome.ts';
import { createSpanEncoder, type SpanEncoder } from './span-encoder.ts';
import type { AttributePairs } from './span-record.ts';

const target = new Uint8Array(70_000);

function bytesOf(encoder: SpanEncoder, attributes: AttributePairs): Buffer {
  return Buffer.from(target.subarray(0, encoder.encode({ ...plainSpan, attributes }, target, 0, target.length)));
}

/** Few values, so that they come again; those that look alike. */
const value = fc.oneof(
  fc.constantFrom('GET', 'PUT', 'POST', '', 'é', 'ab', 'a\ud800', 'x'.repeat(96), 'x'.repeat(97), '7', 'true'),
  fc.constantFrom(0, -0, 7, 200, 404, -1, 2 ** 40, 0.5, Number.NaN, true, false, null),
  anyText,
);
const pairs = fc.array(fc.tuple(fc.constantFrom('http.route', 'status', 'größe'), value), { maxLength: 4 });

test('a span has the same bytes whatever values were kept before it', () => {
  fc.assert(
    fc.property(
      fc.array(pairs, { minLength: 1, maxLength: 30 }),
      fc.constantFrom(3, 8_192),
      (spans, attributeValueLengthLimit) => {
        const used = createSpanEncoder({ attributeValueLengthLimit });
        for (const list of [...spans, ...spans, ...spans]) {
          const fresh = createSpanEncoder({ attributeValueLengthLimit });
          expect(bytesOf(used, list.flat())).toEqual(bytesOf(fresh, list.flat()));
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('values that come once are kept no longer than those that come again; these are found again after 1,000 of them', () => {
  const [used, fresh] = [createSpanEncoder(), createSpanEncoder()];
  for (let index = 0; index < 3_000; index += 1) {
    const path = index < 1_000 ? '/health' : `/orders/${index}`;
    const list = ['path', index > 2_000 ? '/health' : path, 'port', index];
    expect(bytesOf(used, list)).toEqual(bytesOf(index % 100 === 0 ? createSpanEncoder() : fresh, list));
  }
});

test('a kept value is never written beyond the end, and fits where 64 bytes more than it takes are there', () => {
  const encoder = createSpanEncoder();
  const record = { ...plainSpan, attributes: ['path', '/orders'] };
  for (let i = 0; i < 4; i += 1) encoder.encode(record, target, 0, target.length);
  const size = encoder.encode(record, target, 0, target.length);
  const least = Array.from({ length: 64 }, (_, more) => size + more).find(
    (end) => encoder.encode(record, target, 0, end) > 0,
  );
  expect(least).toBeLessThanOrEqual(size + 64);
  const guarded = new Uint8Array(size + 200).fill(0xee);
  for (let end = 0; end < size + 64; end += 1) {
    const written = encoder.encode(record, guarded, 0, end);
    expect(written === DOES_NOT_FIT || written === size).toBe(true);
    expect(guarded.subarray(end).every((byte) => byte === 0xee)).toBe(true);
  }
});
